"""Telling a parameter's type."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta

from tradestream_nb import Quote, handler
from tradestream_nb.errors import UserError
from tradestream_nb.views.knob import Knob, knobs


def knob(hint: Any, default: Any) -> Knob:
    def handled(quote: Quote, *, value: Any = default) -> list[Any]:
        return []

    handled.__annotations__["value"] = hint
    [found] = knobs(handler(on=Quote, topic="t")(handled))
    return found


def test_bounds_are_found_inside_an_optional_too() -> None:
    found = knob(Annotated[float, Meta(gt=0)] | None, None)
    assert (found.kind, found.optional, found.low, found.high) == (float, True, 0, None)


def test_bounds_may_stand_in_several_places() -> None:
    found = knob(Annotated[Annotated[int, Meta(ge=1)], Meta(lt=9, description="how many")], 2)
    assert (found.low, found.high, found.description) == (1, 9, "how many")


def test_where_the_annotation_names_what_is_not_there_the_default_tells() -> None:
    assert knob("Missing", 2).kind is int
    assert knob("Missing", None).optional


@pytest.mark.parametrize(
    ("hint", "default", "text", "value"),
    [
        (float, 1.0, "2.5", 2.5),
        (bool, True, "false", False),
        (float | None, None, "", None),
        (list[int], [], "[1, 2]", [1, 2]),
        (str, "", "[1]", "[1]"),
    ],
)
def test_text_is_read_as_the_type(hint: Any, default: Any, text: str, value: Any) -> None:
    found = knob(hint, default)
    assert found.read(text) == value
    assert found.read(found.text(value)) == value


@pytest.mark.parametrize(
    ("hint", "default", "problem"),
    [
        (float, 1.0, "Expected `float`, got `str`"),
        (float | None, None, "Expected `float`, got `str`"),
        (list[int], [], 'it is written as JSON, like \\[1, 2\\] or {"a": 1}'),
        (Literal["a", "b"], "a", "it is one of 'a', 'b'"),
    ],
)
def test_what_does_not_fit_is_told_by_name(hint: Any, default: Any, problem: str) -> None:
    with pytest.raises(UserError, match=f"^value = 'x': {problem}$"):
        knob(hint, default).read("x")
