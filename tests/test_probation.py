"""New code that fails at once gives way to the code before it."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.hosted import Recorder, broken_count, count, count_by, numbers, ticking
from tradestream_nb import Quote, Timer, handler
from tradestream_nb.clock import SECOND
from tradestream_nb.contract import Handler, spec_of
from tradestream_nb.host import Notice
from tradestream_nb.steps import GIVEN_UP_AFTER, TRUSTED_AFTER

OLD, NEW = spec_of(count).version, spec_of(broken_count()).version
A = Quote("A", last=1.0, ts=7)


def picky_count() -> Handler:
    """A version of `count` that fails where there is no price."""

    def count(quote: Quote, state: int | None) -> tuple[int, list[Any]]:
        if quote.last is None:
            raise ValueError("no price")
        return (state or 0) + 1, [{"n": (state or 0) + 1}]

    return handler(on=Quote, key="symbol", topic="counts")(count)


def test_three_failures_in_a_row_bring_the_code_before_back_with_its_state() -> None:
    recorder = Recorder(count).feed(A, A)
    recorder.host.swap(broken_count())
    recorder.feed(*[A] * GIVEN_UP_AFTER)
    assert recorder.host.specs["count"].version == OLD
    assert numbers(recorder.feed(A)) == [1, 2, 3]
    assert [letter.version for letter in recorder.host.dead_letters] == [NEW] * GIVEN_UP_AFTER
    assert recorder.host.errors == {"count": GIVEN_UP_AFTER}


def test_a_roll_back_is_noticed_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder(count)
    recorder.host.swap(broken_count())
    with caplog.at_level(logging.WARNING):
        recorder.feed(*[A] * GIVEN_UP_AFTER)
    error = "ZeroDivisionError: integer division or modulo by zero"
    text = f"rolled back to {OLD} after 3 failures in a row: {error}"
    assert list(recorder.host.notices) == [Notice("count", text, 7, OLD)]
    assert caplog.messages == [f"count {text}"]


def test_a_success_between_failures_is_a_new_chance() -> None:
    recorder, bad, good = Recorder(count), Quote("A"), A
    recorder.host.swap(picky_count())
    recorder.feed(*[bad, bad, good] * 3)
    assert recorder.host.specs["count"].version == spec_of(picky_count()).version
    recorder.feed(bad, bad, bad)
    assert recorder.host.specs["count"].version == OLD


@pytest.mark.parametrize(("successes", "stays"), [(TRUSTED_AFTER, True), (TRUSTED_AFTER - 1, False)])
def test_what_has_done_well_for_long_enough_stays(successes: int, stays: bool) -> None:
    recorder = Recorder(count)
    recorder.host.swap(picky_count())
    recorder.feed(*[A] * successes, *[Quote("A")] * GIVEN_UP_AFTER)
    assert (recorder.host.specs["count"].version != OLD) is stays
    assert len(recorder.host.notices) == (not stays)


def test_what_was_there_from_the_start_has_nothing_to_go_back_to() -> None:
    recorder = Recorder(broken_count()).feed(*[A] * 10)
    assert not recorder.host.notices and recorder.host.errors == {"count": 10}


def test_going_back_twice_leads_to_the_code_that_worked() -> None:
    recorder = Recorder(count)
    recorder.host.swap(picky_count())
    recorder.host.swap(broken_count())
    recorder.feed(*[Quote("A")] * GIVEN_UP_AFTER)
    assert recorder.host.specs["count"].version == spec_of(picky_count()).version
    recorder.feed(*[Quote("A")] * GIVEN_UP_AFTER)
    assert recorder.host.specs["count"].version == OLD
    assert len(recorder.host.notices) == 2


def test_the_same_code_again_is_no_new_start() -> None:
    recorder = Recorder(count)
    recorder.host.swap(broken_count())
    recorder.feed(A, A)
    recorder.host.swap(broken_count())
    recorder.feed(A)
    assert recorder.host.specs["count"].version == OLD


def test_parameters_that_were_set_go_back_with_it() -> None:
    def count_badly(quote: Quote, state: int | None, *, step: int = 1) -> Any:
        raise RuntimeError("bad")

    count_badly.__name__ = "count"
    recorder = Recorder(count)
    recorder.host.swap(handler(on=Quote, key="symbol", topic="counts")(count_badly))
    recorder.host.configure("count", {"step": 5})
    assert numbers(recorder.feed(*[A] * (GIVEN_UP_AFTER + 1))) == [5]


def test_the_other_keys_of_a_timer_get_the_code_that_came_back() -> None:
    def late(event: Quote | Timer, state: str | None) -> tuple[str, list[Any]]:
        if isinstance(event, Timer):
            raise RuntimeError("too late")
        return event.symbol, []

    late.__name__ = "ticking"
    recorder = Recorder(ticking)
    recorder.host.swap(handler(on=Quote | Timer, key="symbol", topic="ticks", every=3)(late))
    recorder.feed(*[Quote(symbol, ts=SECOND) for symbol in "ABCDE"])
    recorder.host.advance(3 * SECOND)
    assert [message["symbol"] for message in recorder.messages] == ["D", "E"]


def test_a_decision_on_what_was_swapped_out_meanwhile_changes_nothing() -> None:
    recorder = Recorder(count)

    def swapping(quote: Quote, state: int | None) -> Any:
        if quote.last == 3.0:
            recorder.host.swap(count_by(10))
        raise RuntimeError("bad")

    swapping.__name__ = "count"
    recorder.host.swap(handler(on=Quote, key="symbol", topic="counts")(swapping))
    recorder.feed(*[Quote("A", last=float(last)) for last in (1, 2, 3)])
    assert recorder.host.specs["count"].version == spec_of(count_by(10)).version
    assert numbers(recorder.feed(A)) == [10]
