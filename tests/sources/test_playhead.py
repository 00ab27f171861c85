"""Where a replay stands, whatever is done to it, with a clock that only the test moves."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.fakes import WALL, FakeTime
from tradestream_nb.clock import SECOND
from tradestream_nb.sources.playhead import Playhead, Speed

TIMES = [100 * SECOND, 101 * SECOND, 101 * SECOND, 104 * SECOND, 110 * SECOND]
"""Rows one, three and six seconds apart, two of them at once."""

Act = tuple[Literal["pause", "play", "speed", "seek", "pass"], Any]
speeds = st.sampled_from([0.5, 1.0, 3.0, 60.0, "max"])
acts: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.just("pause"), st.none()),
    st.tuples(st.just("play"), st.none()),
    st.tuples(st.just("speed"), speeds),
    st.tuples(st.just("seek"), st.integers(99, 112).map(lambda second: second * SECOND)),
    st.tuples(st.just("pass"), st.integers(0, 5 * SECOND)),
)
rows = st.lists(st.integers(0, 10 * SECOND), min_size=1, max_size=20).map(sorted)


class Tape:
    """A playhead on a clock of its own, and the rows it gave, with the moment (µs after the start) of each."""

    def __init__(self, times: list[int] = TIMES, *, speed: Speed = 1.0, lap: int | None = None) -> None:
        self.time = FakeTime()
        self.head = Playhead(times, speed=speed, lap=lap, clock=self.time.clock)
        self.rows: list[tuple[int, int]] = []
        self._due: int | None = None
        self.changed()

    def changed(self) -> None:
        """Ask for the next deadline, as whoever runs a playhead does after each change."""
        wait = self.head.wait()
        self._due = None if wait is None else self.time.now + round(wait * SECOND)

    def let_pass(self, micros: int, *, most: int = 1000) -> None:
        """Move the clock on and take what becomes due, each when it is due."""
        until = self.time.now + micros
        while self._due is not None and self._due <= until and len(self.rows) < most:
            self.time.now = max(self.time.now, self._due)
            self.rows += [(row, self.time.now - WALL) for row in self.head.take().rows]
            self.changed()
        self.time.now = until

    def act(self, act: Act) -> None:
        name, value = act
        if name == "pass":
            self.let_pass(value)
        elif name == "speed":
            self.head.speed = value
        else:
            getattr(self.head, name)(*([] if value is None else [value]))
        self.changed()


def put_at(tape: Tape) -> list[float]:
    return [at / SECOND for _, at in tape.rows]


def test_every_row_is_due_at_its_distance_from_the_first() -> None:
    tape = Tape()
    tape.let_pass(60 * SECOND)
    assert put_at(tape) == [0, 1, 1, 4, 10]
    assert tape.head.ended and not tape.head.playing and tape.head.wait() is None


def test_a_pause_puts_off_by_its_length() -> None:
    tape = Tape()
    for act in (("pass", 2 * SECOND), ("pause", None), ("pass", 5 * SECOND), ("play", None), ("pass", 60 * SECOND)):
        tape.act(act)
    assert put_at(tape) == [0, 1, 1, 9, 15]


def test_a_new_speed_counts_from_where_the_clock_stands() -> None:
    tape = Tape()
    for act in (("pass", 2 * SECOND), ("speed", 2.0), ("pass", SECOND), ("speed", 0.5), ("pass", 60 * SECOND)):
        tape.act(act)
    assert put_at(tape) == [0, 1, 1, 3, 15]


def test_after_full_speed_the_clock_goes_on_from_the_last_row() -> None:
    tape = Tape(speed="max")
    tape.let_pass(0, most=3)
    tape.act(("speed", 1.0))
    tape.let_pass(60 * SECOND)
    assert put_at(tape) == [0, 0, 0, 3, 9]


@pytest.mark.parametrize(("to", "first"), [(0, 0), (100, 0), (101, 1), (102, 3), (110, 4)])
def test_a_seek_makes_the_first_row_from_there_due_at_once(to: int, first: int) -> None:
    tape = Tape()
    tape.let_pass(5 * SECOND)
    tape.rows.clear()
    tape.act(("seek", to * SECOND))
    assert tape.head.position == TIMES[first]
    tape.let_pass(60 * SECOND)
    assert [row for row, _ in tape.rows] == list(range(first, 5))
    assert put_at(tape) == [5 + (ts - TIMES[first]) / SECOND for ts in TIMES[first:]]


def test_past_the_last_row_none_is_left_until_a_seek_back() -> None:
    tape = Tape()
    tape.act(("seek", 111 * SECOND))
    assert (tape.head.ended, tape.head.position) == (True, TIMES[-1])
    tape.act(("seek", TIMES[-1]))
    tape.let_pass(0)
    assert [row for row, _ in tape.rows] == [4]


def test_a_seek_while_paused_moves_and_waits() -> None:
    tape = Tape()
    for act in (("pause", None), ("seek", 104 * SECOND), ("pass", 60 * SECOND)):
        tape.act(act)
    assert (tape.rows, tape.head.position) == ([], 104 * SECOND)
    tape.act(("play", None))
    tape.let_pass(60 * SECOND)
    assert tape.rows == [(3, 60 * SECOND), (4, 66 * SECOND)]


def test_play_at_the_end_begins_anew() -> None:
    tape = Tape()
    tape.let_pass(10 * SECOND)
    tape.act(("play", None))
    tape.let_pass(10 * SECOND)
    assert [row for row, _ in tape.rows] == [*range(5), *range(5)]


def test_time_in_which_nothing_ran_does_not_count() -> None:
    tape = Tape()
    tape.let_pass(2 * SECOND)
    tape.time.now += 3600 * SECOND
    tape.head.start()
    tape.changed()
    tape.let_pass(60 * SECOND)
    assert put_at(tape) == [0, 1, 1, 3605, 3611]


def test_laps_follow_each_other_without_drifting() -> None:
    tape = Tape(lap=16 * SECOND)
    laters = []
    for _ in range(12):
        wait = tape.head.wait()
        assert wait is not None
        # A little late each time, as a busy machine is.
        tape.time.now += round(wait * SECOND) + SECOND // 10
        moment = tape.head.take()
        laters.append((tape.time.now - WALL - SECOND // 10, moment.later))
    assert laters == [((lap * 16 + at) * SECOND, lap * 16 * SECOND) for lap in range(3) for at in (0, 1, 4, 10)]


def test_a_seek_stays_in_its_lap() -> None:
    tape = Tape(speed="max", lap=16 * SECOND)
    for _ in range(5):
        tape.head.take()
    tape.head.seek(104 * SECOND)
    assert tape.head.take() == (range(3, 4), 16 * SECOND)


@given(rows, st.lists(acts, max_size=30), speeds)
def test_between_seeks_rows_come_in_order_and_each_once(times: list[int], done: list[Act], speed: Speed) -> None:
    tape = Tape([100 * SECOND + ts for ts in times], speed=speed)
    for act in done:
        before, ended = len(tape.rows), tape.head.ended
        tape.act(act)
        given = [row for row, _ in tape.rows[before:]]
        assert all(later == row + 1 for row, later in pairwise(given))
        if act[0] in ("seek", "pause") or (act[0] == "play" and ended):
            assert not given
            tape.rows.clear()


@given(st.lists(acts, max_size=30))
def test_no_row_is_skipped_but_by_a_seek(done: list[Act]) -> None:
    tape, wanted = Tape(), 0
    for act in [*done, ("play", None), ("pass", 60 * SECOND), ("speed", "max"), ("pass", 0)]:
        restarts = act[0] == "play" and tape.head.ended
        tape.rows.clear()
        tape.act(act)
        if act[0] == "seek":
            wanted = next((row for row, ts in enumerate(TIMES) if ts >= act[1]), len(TIMES))
        elif restarts:
            wanted = 0
        for row, _ in tape.rows:
            assert row == wanted
            wanted += 1
    assert wanted == len(TIMES)


@given(st.lists(acts.filter(lambda act: act[0] != "seek" and act[1] != "max"), max_size=30))
def test_a_row_is_due_when_the_datas_own_clock_reaches_it(done: list[Act]) -> None:
    tape, clock, speed, playing = Tape(), Fraction(TIMES[0]), Fraction(1), True
    for name, value in done:
        ended = tape.head.ended
        tape.act((name, value))
        if name == "speed":
            speed = Fraction(value)
        elif name == "play" and ended:
            clock, playing = Fraction(TIMES[0]), True
            tape.let_pass(0)
        elif name in ("play", "pause"):
            playing = name == "play"
        elif playing:
            clock += value * speed
        # Each change rounds to a µs.
        slack = (len(done) + 1) * 60
        taken = tape.head._row
        assert all(ts <= clock + slack for ts in TIMES[:taken])
        assert name != "pass" or not playing or all(ts >= clock - slack for ts in TIMES[taken:])
