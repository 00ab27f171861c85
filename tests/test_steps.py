"""What is recorded for a handler, and that recording changes nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.facts import quotes
from tests.hosted import Recorder, count, count_by, picky, ticking
from tradestream_nb import Quote, Timer
from tradestream_nb.clock import SECOND


def test_the_newest_events_are_kept_with_the_state_they_met() -> None:
    one, other = Quote("A", ts=1), Quote("B", ts=2)
    recorder = Recorder(count, record=3).feed(one, one, other, one)
    assert list(recorder.host.slot("count").recent or ()) == [(one, "A", 1), (other, "B", None), (one, "A", 2)]


def test_a_host_keeps_nothing_unless_asked() -> None:
    assert Recorder(count).feed(Quote("A")).host.slot("count").recent is None


def test_failed_events_and_timers_are_kept_too_and_a_swap_keeps_all() -> None:
    bad = Quote("A", 13.0)
    assert list(Recorder(picky, record=5).feed(bad).host.slot("picky").recent or ()) == [(bad, "A", None)]
    first, later = Quote("A", ts=SECOND), Quote("B", ts=4 * SECOND)
    recorder = Recorder(ticking, count, record=5).feed(first, later)
    timer = (Timer("ticking", 3 * SECOND), "A", "A")
    assert list(recorder.host.slot("ticking").recent or ()) == [(first, "A", None), timer, (later, "B", None)]
    recorder.host.swap(count_by(2))
    assert len(recorder.host.slot("count").recent or ()) == 2


@given(st.lists(quotes, max_size=30), st.integers(0, 30))
def test_recording_and_a_shadow_change_nothing_of_what_is_said(events: list[Quote], place: int) -> None:
    plain, dressed = Recorder(ticking, count, picky).feed(*events), Recorder(ticking, count, picky, record=7)
    dressed.feed(*events[:place])
    dressed.host.shadow(count_by(3))
    dressed.host.shadow(picky)
    dressed.feed(*events[place:])
    assert dressed.emitted == plain.emitted
    assert dressed.host.errors == plain.host.errors
