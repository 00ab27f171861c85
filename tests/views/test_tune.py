"""A handler's parameters as fields, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
from ipywidgets import Checkbox, Dropdown, FloatSlider, FloatText, IntSlider, IntText, Text
from ipywidgets.widgets import widget
from msgspec import Meta

from tests.hosted import Recorder
from tradestream_nb import Quote, handler
from tradestream_nb.errors import UserError
from tradestream_nb.views.tune import SHOW_EVERY, TuneView

Share = Annotated[float, Meta(ge=0.0, le=1.0, description="from 0 to 1")]


@handler(on=Quote, topic="tuned")
def tuned(
    quote: Quote,
    *,
    share: Share = 0.5,
    most: float = 2.0,
    least: Annotated[float, Meta(ge=0.0)] = 1.0,
    count: int = 3,
    level: Annotated[int, Meta(ge=1, le=9)] = 5,
    on: bool = True,
    side: Literal["BUY", "SELL"] = "BUY",
    name: str = "x",
    limit: float | None = None,
    steps: tuple[int, ...] = (1, 2),
) -> list[Any]:
    """Say what its parameters are."""
    return [{"share": share, "limit": limit, "steps": steps, "side": side}]


@handler(on=Quote, topic="plain")
def plain(quote: Quote) -> list[Any]:
    """Have no parameters."""
    return []


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(tuned, plain)


@pytest.fixture
def view(recorder: Recorder) -> TuneView:
    return TuneView(recorder.host, "tuned", here)


def here(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


def values(recorder: Recorder) -> dict[str, Any]:
    return recorder.host.slot("tuned").parameters


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("share", FloatSlider, 0.5),
        ("most", FloatText, 2.0),
        ("least", FloatText, 1.0),
        ("count", IntText, 3),
        ("level", IntSlider, 5),
        ("on", Checkbox, True),
        ("side", Dropdown, "BUY"),
        ("name", Text, "x"),
        ("limit", Text, ""),
        ("steps", Text, "[1,2]"),
    ],
)
def test_each_parameter_has_the_field_that_fits_its_type(view: TuneView, name: str, kind: type, value: Any) -> None:
    field = view.fields[name]
    assert (type(field), field.value, field.description) == (kind, value, name)


def test_all_fields_begin_below_each_other_however_long_their_names_are(view: TuneView) -> None:
    assert {field.style.description_width for field in view.fields.values()} == {"6ch"}
    assert {field.layout.width for field in view.fields.values()} == {"calc(6ch + 20em)"}


def test_bounds_and_description_come_from_the_annotation(view: TuneView) -> None:
    share = view.fields["share"]
    assert (share.min, share.max, share.tooltip) == (0.0, 1.0, "from 0 to 1")
    assert view.fields["side"].options == ("BUY", "SELL")


@pytest.mark.parametrize(
    ("name", "moved", "value"),
    [
        ("share", 0.25, 0.25),
        ("level", 9, 9),
        ("on", False, False),
        ("side", "SELL", "SELL"),
        ("name", "y", "y"),
        ("limit", "1.5", 1.5),
        ("steps", "[3]", (3,)),
    ],
)
def test_moving_a_field_sets_the_parameter(
    view: TuneView, recorder: Recorder, name: str, moved: Any, value: Any
) -> None:
    view.fields[name].value = moved
    assert values(recorder)[name] == value
    assert view.problems[name].value == ""


def test_what_is_set_counts_from_the_next_event_on(view: TuneView, recorder: Recorder) -> None:
    recorder.feed(Quote("A"))
    view.fields["share"].value = 0.75
    view.fields["limit"].value = "2"
    view.fields["limit"].value = ""
    recorder.feed(Quote("A"))
    assert [(message["share"], message["limit"]) for message in recorder.messages] == [(0.5, None), (0.75, None)]


@pytest.mark.parametrize(
    ("name", "moved", "problem"),
    [
        ("least", -1.0, "least = -1.0: Expected `float` >= 0.0"),
        ("limit", "much", "limit = 'much': Expected `float`, got `str`"),
        ("steps", "[1,", "steps = '[1,': it is written as JSON, like [1, 2] or {\"a\": 1}"),
    ],
)
def test_a_value_that_does_not_fit_is_told_beside_it_and_not_set(
    view: TuneView, recorder: Recorder, name: str, moved: Any, problem: str
) -> None:
    before, shown = dict(values(recorder)), view.fields[name].value
    view.fields[name].value = moved
    assert view.problems[name].value == problem
    assert values(recorder) == before
    view.refresh()
    assert (view.problems[name].value, view.fields[name].value) == ("", shown)


def test_going_back_to_what_runs_takes_the_problem_away(view: TuneView) -> None:
    view.fields["least"].value = -1.0
    view.fields["least"].value = 1.0
    assert view.problems["least"].value == ""


def test_it_follows_what_was_set_elsewhere_once_a_second(view: TuneView, recorder: Recorder) -> None:
    assert not view.pump(0.0)
    recorder.host.configure("tuned", {"share": 0.1})
    assert not view.pump(SHOW_EVERY / 2)
    assert view.pump(SHOW_EVERY)
    assert view.fields["share"].value == 0.1


def test_showing_it_again_shows_the_values_that_run(view: TuneView, recorder: Recorder) -> None:
    recorder.host.configure("tuned", {"share": 0.1, "side": "SELL"})
    bundle = view._repr_mimebundle_()
    assert (view.fields["share"].value, view.fields["side"].value) == (0.1, "SELL")
    assert bundle["text/plain"] == "<TuneView tuned>"
    assert "<td>side</td><td>&#x27;SELL&#x27;</td>" in bundle["text/html"]


def test_a_swapped_handler_has_its_own_fields(view: TuneView, recorder: Recorder) -> None:
    def swapped(quote: Quote, *, share: float = 0.5, more: int = 1) -> list[Any]:
        return []

    swapped.__name__ = "tuned"
    view.fields["share"].value = 0.25
    old = view.fields["side"]
    recorder.host.swap(handler(on=Quote, topic="tuned")(swapped))
    assert view.pump(0.0)
    assert {name: field.value for name, field in view.fields.items()} == {"share": 0.25, "more": 1}
    assert old.comm is None


def test_a_handler_that_there_is_not_is_told_with_those_there_are(recorder: Recorder) -> None:
    with pytest.raises(UserError, match="no handler 'tune'; there are tuned, plain"):
        TuneView(recorder.host, "tune", here)


def test_one_without_parameters_says_so(recorder: Recorder) -> None:
    view = TuneView(recorder.host, "plain", here)
    assert (view.html(), view.children[0].value) == ("<b>plain</b> has no parameters",) * 2


def test_setting_by_name_is_like_moving_fields(view: TuneView, recorder: Recorder) -> None:
    view.set({"share": 0.9, "side": "SELL"})
    assert (values(recorder)["share"], view.fields["share"].value, view.fields["side"].value) == (0.9, 0.9, "SELL")
    with pytest.raises(UserError, match="share = 1.5: Expected `float` <= 1.0"):
        view.set({"share": 1.5})


def test_closing_it_leaves_no_widget(recorder: Recorder) -> None:
    before = len(widget._instances)
    view = TuneView(recorder.host, "tuned", here)
    assert len(widget._instances) > before
    view.close()
    assert len(widget._instances) == before


def test_a_choice_that_there_is_not_is_told_with_those_that_there_are(view: TuneView) -> None:
    with pytest.raises(UserError, match="side = 'HOLD': it is one of 'BUY', 'SELL'"):
        view.set({"side": "HOLD"})
