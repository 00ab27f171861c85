"""Timers on the events' own clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.clock import SECOND
from tradestream_nb.timers import Timers

steps = st.lists(st.integers(1, 10 * SECOND), min_size=1, max_size=20)


def fired(timers: Timers, *moments: float) -> list[tuple[str, float]]:
    return [(timer.name, timer.ts / SECOND) for moment in moments for timer in timers.advance(round(moment * SECOND))]


def timers(**periods: float) -> Timers:
    made = Timers()
    for name, every in periods.items():
        made.set(name, every)
    return made


def test_a_timer_starts_with_the_first_event_and_fires_on_multiples_of_its_period() -> None:
    assert fired(timers(a=3), 100.5, 101.9, 102, 107) == [("a", 102), ("a", 105)]


def test_timers_fire_in_the_order_of_their_times() -> None:
    assert fired(timers(a=3, b=2), 1, 6) == [("b", 2), ("a", 3), ("b", 4), ("a", 6), ("b", 6)]


def test_it_says_when_the_next_one_fires() -> None:
    made = timers(a=3, b=2)
    assert timers().due is None and made.due == 0
    fired(made, 1)
    assert made.due == 2 * SECOND
    fired(made, 2)
    assert made.due == 3 * SECOND


def test_a_moment_fires_once() -> None:
    assert fired(timers(a=3), 1, 3, 3, 3) == [("a", 3)]


def test_after_the_clock_has_gone_back_it_fires_from_there() -> None:
    made = timers(a=3)
    fired(made, 1, 10)
    made.rewind()
    assert fired(made, 4, 7) == [("a", 6)]


def test_under_another_name_it_fires_when_it_would_have_fired_and_in_its_turn() -> None:
    made = timers(a=3, b=3)
    fired(made, 1)
    made.rename("a", "z")
    assert fired(made, 3, 6) == [("z", 3), ("b", 3), ("z", 6), ("b", 6)]


def test_a_name_without_a_timer_gives_none_to_another() -> None:
    made = timers(a=3)
    made.rename("b", "z")
    assert fired(made, 1, 3) == [("a", 3)]


def test_a_stopped_timer_is_silent() -> None:
    made = timers(a=3)
    assert made and fired(made, 1) == []
    made.set("a", None)
    assert not made and fired(made, 100) == []


def test_the_same_period_again_loses_no_moment() -> None:
    made = timers(a=3)
    assert fired(made, 2.9) == []
    made.set("a", 3)
    assert fired(made, 3.1) == [("a", 3)]


def test_another_period_starts_afresh() -> None:
    made = timers(a=3)
    assert fired(made, 2.9) == []
    made.set("a", 5)
    assert fired(made, 3.1, 5) == [("a", 5)]


@pytest.mark.parametrize("late", [3599.9, 10])
def test_an_event_that_comes_late_fires_nothing_twice(late: float) -> None:
    assert fired(timers(a=3), 3599, 3600.1, late, 3600.2, 3603) == [("a", 3600), ("a", 3603)]


def test_an_event_without_a_time_starts_nothing() -> None:
    assert fired(timers(a=3), 0, 1_000_000_000, 0, 1_000_000_002) == [("a", 1_000_000_002)]


@given(steps, st.sampled_from([0.5, 3, 7]))
def test_how_time_is_cut_into_events_does_not_change_what_fires(gaps: list[int], every: float) -> None:
    moments = [sum(gaps[:count]) / SECOND for count in range(1, len(gaps) + 1)]
    assert fired(timers(a=every), *moments) == fired(timers(a=every), moments[0], moments[-1])


@given(steps, st.sampled_from([0.5, 3, 7]))
def test_every_multiple_of_the_period_fires_exactly_once(gaps: list[int], every: float) -> None:
    first, last = gaps[0] / SECOND, sum(gaps) / SECOND
    expected = [("a", turn * every) for turn in range(200) if first < turn * every <= last]
    assert fired(timers(a=every), first, last) == expected
