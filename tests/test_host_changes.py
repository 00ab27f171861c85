"""Handlers that get new code or parameters while their host runs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts import quotes
from tests.hosted import Recorder, count, count_by, numbers, picky, ticking
from tradestream_nb import Quote, handler
from tradestream_nb.contract import Handler
from tradestream_nb.errors import UserError


def test_a_swap_keeps_the_state_and_takes_effect_with_the_next_event() -> None:
    recorder = Recorder(count).feed(Quote("A"), Quote("A"))
    recorder.host.swap(count_by(10))
    assert numbers(recorder.feed(Quote("A"), Quote("B"))) == [1, 2, 12, 10]
    assert list(recorder.host.specs) == ["count"]


def test_a_swap_in_the_middle_of_an_event_leaves_that_event_to_the_old_code() -> None:
    recorder = Recorder()

    @handler(on=Quote, key="symbol", topic="counts")
    def swapper(quote: Quote, state: int | None) -> tuple[int, list[Any]]:
        recorder.host.swap(count_by(100))
        return 1, []

    for function in (swapper, count):
        recorder.host.swap(function)
    assert numbers(recorder.feed(Quote("A"), Quote("A"))) == [1, 101]


@given(st.lists(quotes, max_size=12), st.integers(0, 12))
def test_swapping_in_the_same_code_anywhere_changes_nothing(events: list[Quote], place: int) -> None:
    plain, swapped = Recorder(ticking, count).feed(*events), Recorder(ticking, count)
    swapped.feed(*events[:place])
    swapped.host.swap(ticking)
    swapped.host.swap(count)
    swapped.feed(*events[place:])
    assert swapped.emitted == plain.emitted


def test_a_swap_keeps_the_parameters_that_were_set_and_takes_the_new_defaults_of_the_others() -> None:
    def version(least: float, most: float) -> Handler:
        def limits(quote: Quote, *, low: float = least, high: float = most) -> list[Any]:
            return [{"low": low, "high": high}]

        return handler(on=Quote, topic="t")(limits)

    recorder = Recorder(version(1.0, 2.0))
    recorder.host.configure("limits", {"low": 1.5})
    recorder.host.swap(version(10.0, 20.0))
    assert recorder.feed(Quote("A")).messages == [{"low": 1.5, "high": 20.0}]


def test_parameters_are_converted_and_apply_from_the_next_event_on() -> None:
    recorder = Recorder(count).feed(Quote("A"))
    recorder.host.configure("count", {"step": "5"})
    assert numbers(recorder.feed(Quote("A"))) == [1, 6]


@pytest.mark.parametrize(
    ("name", "parameters", "problem"),
    [
        ("nobody", {}, "there is no handler 'nobody'; there are count"),
        ("count", {"size": 1}, "handler 'count' has no parameter 'size'; it has step"),
        ("count", {"step": "much"}, "count.step = 'much': Expected `int`"),
        ("picky", {"step": 1}, "handler 'picky' has no parameter 'step'; it has none"),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused_and_changes_nothing(
    name: str, parameters: dict[str, Any], problem: str
) -> None:
    recorder = Recorder(count, picky)
    with pytest.raises(UserError, match=problem):
        recorder.host.configure(name, {"step": 7, **parameters} if name == "count" else parameters)
    assert numbers(recorder.feed(Quote("A"))) == [1]
