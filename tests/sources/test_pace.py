"""Absolute deadlines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.sources.fakes import WALL, FakeTime
from tradestream_nb.clock import SECOND

delays = st.lists(st.integers(0, 4 * SECOND), min_size=1, max_size=50)


@given(delays)
def test_delays_do_not_add_up(late: list[int]) -> None:
    time = FakeTime()
    pace = time.pace()
    for step, delay in enumerate(late):
        time.now += round(pace.wait(step * 5 * SECOND) * SECOND)
        assert time.now == WALL + step * 5 * SECOND
        time.now += delay


def test_a_late_step_is_due_at_once() -> None:
    time = FakeTime()
    pace = time.pace()
    time.now += 4 * SECOND
    assert pace.wait(1 * SECOND) == 0.0
    assert pace.origin == WALL


async def test_being_late_still_gives_the_loop_a_turn() -> None:
    time = FakeTime()
    pace = time.pace()
    time.now += 4 * SECOND
    await pace.until(SECOND)
    assert time.slept == [0.0]


def test_after_the_machine_slept_the_schedule_goes_on_from_there() -> None:
    time = FakeTime()
    pace = time.pace()
    pace.wait(SECOND)
    time.now += 3600 * SECOND
    assert pace.wait(2 * SECOND) == 1.0
    assert pace.origin + 2 * SECOND == time.now + SECOND


def test_a_clock_set_back_does_not_stop_the_schedule() -> None:
    time = FakeTime()
    pace = time.pace()
    pace.wait(SECOND)
    time.now -= 3600 * SECOND
    assert pace.wait(2 * SECOND) == 1.0


def test_a_long_interval_is_no_leap() -> None:
    pace = FakeTime().pace()
    assert pace.wait(86_400 * SECOND) == 86_400.0
    assert pace.origin == WALL


def test_asking_again_on_the_way_changes_nothing() -> None:
    time = FakeTime()
    pace = time.pace()
    assert pace.wait(60 * SECOND) == 60.0
    time.now += 20 * SECOND
    assert pace.wait(60 * SECOND) == 40.0
    assert pace.origin == WALL
