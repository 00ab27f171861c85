"""A handler that is called otherwise from some event on, and all that is kept of it with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts import quotes
from tests.hosted import Recorder, broken_count, count, count_by, numbers, picky, ticking
from tradestream_nb import Quote
from tradestream_nb.clock import SECOND
from tradestream_nb.contract import spec_of
from tradestream_nb.errors import UserError
from tradestream_nb.events import Event
from tradestream_nb.letter import Retried
from tradestream_nb.slot import Slot
from tradestream_nb.steps import GIVEN_UP_AFTER

A = Quote("A", last=1.0, ts=7)
UNLUCKY = Quote("A", last=13.0, ts=7)


def named(function: Callable[..., Any], name: str) -> Slot:
    """A handler that is to run under another name."""
    slot = Slot(function)
    slot.rename(name)
    return slot


@given(st.lists(quotes, max_size=12), st.integers(0, 12))
def test_a_name_anywhere_changes_nothing_of_what_is_said(events: list[Event], place: int) -> None:
    plain, other = (Recorder(ticking, count, picky) for _ in range(2))
    plain.feed(*events)
    other.feed(*events[:place])
    for name in ("ticking", "count", "picky"):
        other.host.rename(name, f"my_{name}")
    other.feed(*events[place:])
    assert other.emitted == plain.emitted
    assert list(other.host.specs) == ["my_ticking", "my_count", "my_picky"]


def test_only_the_new_name_is_known() -> None:
    recorder = Recorder(count).feed(A)
    recorder.host.configure("count", {"step": 5})
    recorder.host.rename("count", "tally")
    assert (list(recorder.host.specs), recorder.host.errors) == (["tally"], {"tally": 0})
    assert recorder.host.specs["tally"].name == "tally" and recorder.host.state("tally") == {"A": 1}
    assert recorder.host.slot("tally").parameters == {"step": 5}
    with pytest.raises(UserError, match="there is no handler 'count'; there are tally"):
        recorder.host.configure("count", {"step": 1})


def test_a_timer_that_is_due_does_not_wait_for_another_round() -> None:
    recorder = Recorder(ticking).feed(Quote("A", ts=2 * SECOND))
    recorder.host.rename("ticking", "clock")
    recorder.feed(Quote("A", ts=4 * SECOND))
    assert recorder.messages == [{"symbol": "A", "at": 3 * SECOND}]


def test_dead_letters_are_those_of_the_new_name_and_others_stay_what_they_are() -> None:
    recorder = Recorder(picky, broken_count()).feed(UNLUCKY)
    recorder.host.rename("count", "tally")
    assert [letter.handler for letter in recorder.host.dead_letters] == ["picky", "tally"]
    recorder.host.swap_in(named(count, "tally"))
    assert recorder.host.retry() == Retried(succeeded=1, failed=1)
    assert numbers(recorder) == [1] and recorder.host.errors == {"picky": 1, "tally": 1}


def test_the_new_name_stays_when_the_code_before_comes_back() -> None:
    recorder = Recorder(count).feed(A)
    recorder.host.rename("count", "tally")
    recorder.host.swap_in(named(broken_count(), "tally"))
    recorder.feed(*[A] * GIVEN_UP_AFTER)
    assert recorder.host.specs["tally"].version == spec_of(count).version
    assert [notice.handler for notice in recorder.host.notices] == ["tally"]
    assert numbers(recorder.feed(A)) == [1, 2]


def test_what_is_on_probation_and_what_waits_behind_it_are_called_otherwise_together() -> None:
    recorder = Recorder(count).feed(A)
    recorder.host.swap(count_by(10))
    recorder.host.rename("count", "tally")
    recorder.host.swap_in(named(broken_count(), "tally"))
    recorder.host.rename("tally", "total")
    recorder.feed(*[A] * GIVEN_UP_AFTER)
    assert recorder.host.specs["total"].version == spec_of(count_by(10)).version
    assert numbers(recorder.feed(A)) == [1, 11]
    before = recorder.host.slot("total").probation
    assert before is not None and before.before.spec.name == "total"


def test_notices_are_those_of_the_new_name() -> None:
    recorder = Recorder(count)
    recorder.host.swap(broken_count())
    recorder.feed(*[A] * GIVEN_UP_AFTER)
    recorder.host.rename("count", "tally")
    assert [notice.handler for notice in recorder.host.notices] == ["tally"]


def test_a_shadow_goes_on_and_can_be_stopped() -> None:
    recorder = Recorder(count)
    shadow = recorder.host.shadow(count_by(2))
    recorder.host.rename("count", "tally")
    recorder.feed(A)
    shadow.stop()
    recorder.feed(A)
    assert len(shadow.rows) == 1 and recorder.host.slot("tally").shadow is None


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("nobody", "tally", "there is no handler 'nobody'; there are count, picky"),
        ("count", "picky", "there is a handler 'picky' already; 'count' cannot be called so, too"),
    ],
)
def test_a_name_that_cannot_be_given_changes_nothing(old: str, new: str, problem: str) -> None:
    recorder = Recorder(count, picky)
    with pytest.raises(UserError, match=problem):
        recorder.host.rename(old, new)
    assert {name: spec.name for name, spec in recorder.host.specs.items()} == {"count": "count", "picky": "picky"}
    assert numbers(recorder.feed(A)) == [1]
