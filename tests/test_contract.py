"""The handler contract: what `@handler` accepts, reads and refuses."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from math import nan
from types import FunctionType
from typing import Annotated, Any, Literal, Union

import msgspec
import pytest
from msgspec import Meta

from tradestream_nb import Bar, PriceUpdate, Quote, Timer, handler
from tradestream_nb.contract import spec_of
from tradestream_nb.errors import ContractViolation, HandlerDefinitionError, UserError
from tradestream_nb.spec import HandlerSpec, Parameter


def stateless(event: Any) -> list[Any]:
    return []


def stateful(event: Any, state: Any) -> tuple[Any, list[Any]]:
    return state, []


def spec(function: Callable[..., Any] = stateful, **options: Any) -> HandlerSpec:
    copy = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__)
    copy.__kwdefaults__, copy.__annotations__ = function.__kwdefaults__, function.__annotations__
    return spec_of(handler(**{"on": Quote, "topic": "prices", **options})(copy))


def test_the_decorated_function_is_the_same_function() -> None:
    def mine(quote: Quote) -> list[Any]:
        return []

    assert handler(on=Quote, topic="prices")(mine) is mine
    assert mine(Quote("AAPL")) == []


def test_one_argument_is_stateless_and_two_are_stateful() -> None:
    assert not spec(stateless).stateful
    assert spec(stateful).stateful


def test_the_spec_says_what_the_decorator_was_told() -> None:
    read = spec(on=(Quote, Timer), key="symbol", topic="mine", every=2)
    assert (read.name, read.on, read.key, read.topic, read.every) == ("stateful", (Quote, Timer), "symbol", "mine", 2)


@pytest.mark.parametrize("on", [(Quote, Bar), Quote | Bar, Union[Quote, Bar]], ids=repr)  # noqa: UP007
def test_several_event_types_may_be_a_tuple_or_a_union(on: Any) -> None:
    assert spec(on=on).on == (Quote, Bar)


def test_the_spec_points_to_the_function() -> None:
    _, line = inspect.getsourcelines(stateful)
    assert (spec().file, spec().line) == (__file__, line)


def test_keyword_only_arguments_are_parameters() -> None:
    def mine(event: Any, *, low: float = 0.5, name: str = "x") -> list[Any]:
        return []

    assert spec(mine).parameters == {"low": Parameter("low", 0.5, float), "name": Parameter("name", "x", str)}


def no_argument() -> None: ...
def three(event: Any, state: Any, more: Any) -> None: ...
def spread(event: Any, *rest: Any) -> None: ...
def keywords(event: Any, **rest: Any) -> None: ...
def without_default(event: Any, *, low: float) -> None: ...
def other_default(event: Any, *, count: int = "x") -> None: ...  # type: ignore[assignment]
def default_out_of_bounds(event: Any, *, level: Annotated[int, Meta(le=5)] = 9) -> None: ...
def no_choice(event: Any, *, side: Literal["BUY", "SELL"] = "HOLD") -> None: ...  # type: ignore[assignment]
async def waiting(event: Any) -> None: ...
def yielding(event: Any) -> Any:
    yield event


ARITY = "takes (event) or (event, state), then keyword-only parameters after *"


@pytest.mark.parametrize(
    ("function", "options", "problem"),
    [
        (no_argument, {}, ARITY),
        (three, {}, ARITY),
        (spread, {}, ARITY),
        (keywords, {}, ARITY),
        (without_default, {}, "needs a default for its parameter 'low'"),
        (other_default, {}, "has count='x', which its type forbids: Expected `int`, got `str`"),
        (default_out_of_bounds, {}, "has level=9, which its type forbids: Expected `int` <= 5"),
        (no_choice, {}, "has side='HOLD', which its type forbids: Invalid enum value 'HOLD'"),
        (stateful, {"on": int}, "is on 'int', which is no event type; there are Quote, Bar, "),
        (stateful, {"on": PriceUpdate}, "is on 'PriceUpdate', which is no event type"),
        (stateful, {"on": "Quote"}, "is on \"'Quote'\", which is no event type"),
        (stateful, {"on": [Quote]}, "several as Quote | Bar"),
        (stateful, {"on": Quote | None}, "is on 'NoneType', which is no event type"),
        (stateful, {"on": ()}, "needs an event type in on=: Quote, Bar, "),
        (stateful, {"key": "account"}, "is keyed by 'account', which Quote does not have"),
        (stateful, {"on": (Bar, Quote), "key": "bid"}, "is keyed by 'bid', which Bar does not have"),
        (stateful, {"topic": ""}, "needs topic= to be a name, not ''"),
        (stateful, {"topic": 5}, "needs topic= to be a name, not 5"),
        (stateful, {"topic": " "}, "needs topic= to be a name, not ' '"),
        (stateful, {"topic": "two\nlines"}, "needs topic= to be a name, not 'two\\nlines'"),
        (stateful, {"topic": "health"}, "is on topic 'health', where the streams tell how they are; name another"),
        (stateful, {"on": Timer, "every": "3"}, "needs every= in seconds, at least 0.001, not '3'"),
        (waiting, {}, "is async; a handler waits for nothing: write def"),
        (yielding, {}, "yields; return its messages in a list"),
        (stateful, {"on": Timer}, "takes Timer in on= together with every=, or neither"),
        (stateful, {"every": 1.0}, "takes Timer in on= together with every=, or neither"),
        (stateful, {"on": Timer, "every": 0}, "needs every= in seconds, at least 0.001"),
        (stateful, {"on": Timer, "every": -1.0}, "needs every= in seconds, at least 0.001"),
        (stateful, {"on": Timer, "every": 1e-9}, "needs every= in seconds, at least 0.001"),
        (stateful, {"on": Timer, "every": float("inf")}, "needs every= in seconds, at least 0.001"),
        (stateful, {"on": Timer, "every": float("nan")}, "needs every= in seconds, at least 0.001"),
    ],
)
def test_a_definition_that_does_not_fit_is_one_line_with_its_place(
    function: Callable[..., Any], options: dict[str, Any], problem: str
) -> None:
    with pytest.raises(HandlerDefinitionError) as caught:
        spec(function, **options)
    text, line = str(caught.value), inspect.getsourcelines(function)[1]
    assert text.startswith(f"{__file__}:{line}: handler {function.__name__!r} ")
    assert problem in text and "\n" not in text
    assert (caught.value.file, caught.value.line) == (__file__, line)


def test_a_timer_needs_no_key() -> None:
    assert spec(on=(Quote, Timer), key="symbol", every=1.0).key == "symbol"


def test_a_function_without_the_mark_is_no_handler() -> None:
    with pytest.raises(UserError, match=re.escape("stateless is not a handler: put @handler(on=…, topic=…)")):
        spec_of(stateless)


def defined(source: str) -> HandlerSpec:
    scope: dict[str, Any] = {}
    exec(source, scope)
    return spec(scope["mine"])


def test_the_version_changes_with_the_source_and_only_with_it() -> None:
    one, other = "def mine(event): return [1]", "def mine(event): return [2]"
    assert defined(one).version == defined(one).version
    assert defined(one).version != defined(other).version
    assert spec(stateful).version != spec(stateless).version
    assert spec(stateful).version == spec(stateful).version


class Side(Enum):
    BUY = "B"


@pytest.mark.parametrize(
    ("default", "hint"),
    [(None, int), (1, float), (Side.BUY, Side), ((1,), list[int]), (timedelta(1), timedelta), (1j, complex), (2, None)],
)
def test_a_default_that_fits_or_that_nobody_can_judge_is_no_problem(default: Any, hint: Any) -> None:
    assert Parameter("p", default, hint).problem == ""


@pytest.mark.parametrize(
    ("default", "given", "wanted"),
    [
        (0.5, "0.7", 0.7),
        (0.5, 1, 1.0),
        (1, "3", 3),
        (True, "false", False),
        ("x", "y", "y"),
        ((1, 2), [3, 4], (3, 4)),
        (None, "anything", "anything"),
    ],
)
def test_a_parameter_takes_its_type_from_its_default(default: Any, given: Any, wanted: Any) -> None:
    converted = Parameter("p", default).convert(given)
    assert converted == wanted and type(converted) is type(wanted)


@pytest.mark.parametrize(
    ("default", "given"), [(0.5, "much"), (0.5, "nan"), (0.5, nan), (1, "1.5"), (True, "perhaps"), ("x", 5)]
)
def test_a_value_of_another_type_is_refused(default: Any, given: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        Parameter("p", default).convert(given)


def test_an_annotation_goes_before_the_default_and_brings_its_bounds() -> None:
    share = Parameter("share", 1, Annotated[float, msgspec.Meta(ge=0, le=1)])
    assert share.convert("0.25") == 0.25
    with pytest.raises(msgspec.ValidationError, match="<= 1.0"):
        share.convert(2)


def test_a_step_by_hand_gives_state_and_messages() -> None:
    @handler(on=Quote, key="symbol", topic="t")
    def total(quote: Quote, state: int | None, *, by: int = 1) -> tuple[int, list[Any] | None]:
        return (state or 0) + by, None if state is None else [{"n": state}]

    step = total.step  # type: ignore[attr-defined]
    assert step(Quote("A")) == (1, [])
    assert step(Quote("A"), 5, by="2") == (7, [{"n": 5}])
    assert step(event=Quote("A"), state=5) == (6, [{"n": 5}])


def test_a_step_of_a_stateless_handler_has_no_state() -> None:
    @handler(on=Quote, topic="t")
    def echo(quote: Quote) -> Any:
        return [{"symbol": quote.symbol}] if quote.symbol else None

    assert echo.step(Quote("A")) == (None, [{"symbol": "A"}])  # type: ignore[attr-defined]
    assert echo.step(Quote("")) == (None, [])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("arguments", "parameters", "error", "problem"),
    [
        ([Bar("A", 1, 1, 1, 1)], {}, UserError, "handler 'wrong' takes Quote, not Bar"),
        ([Quote("A")], {"by": 1}, UserError, "handler 'wrong' has no parameter 'by'; it has none"),
        ([Quote("A")], {}, ContractViolation, re.escape("'wrong' did not return (state, messages)")),
        ([Quote("A"), (1, 5)], {}, ContractViolation, "'t' takes a list of messages, not int"),
    ],
)
def test_a_step_that_does_not_fit_is_told_in_one_line(
    arguments: list[Any], parameters: dict[str, Any], error: type[Exception], problem: str
) -> None:
    @handler(on=Quote, topic="t")
    def wrong(quote: Quote, state: Any) -> Any:
        return state

    with pytest.raises(error, match=problem):
        wrong.step(*arguments, **parameters)  # type: ignore[attr-defined]


def test_a_handler_says_whether_a_notebook_may_swap_it_by_itself() -> None:
    assert (spec().swap, spec(swap="ask").swap) == ("auto", "ask")
    with pytest.raises(HandlerDefinitionError, match="needs swap= to be 'auto' or 'ask', not 'never'"):
        spec(swap="never")


@pytest.mark.parametrize("unnamed", [[stateful], [Quote, "x"]])
def test_a_handler_marked_without_names_is_told_how(unnamed: list[Any]) -> None:
    with pytest.raises(UserError, match=r"by name, in parentheses: @handler\(on=Quote, topic='prices'\)"):
        handler(*unnamed)


@pytest.mark.parametrize("thing", [5, Quote, str.upper])
def test_only_functions_are_marked(thing: Any) -> None:
    with pytest.raises(UserError, match="^@handler marks a function made with def, not "):
        handler(on=Quote, topic="t")(thing)
