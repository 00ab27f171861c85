"""Where a replay stands and when its next row is due: pause, play, speed and seek, with the clock as a parameter."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from tradestream_nb.clock import now
from tradestream_nb.sources.pace import Pace

Speed = float | Literal["max"]
"""How many times faster than the data's own clock."""


class Moment(NamedTuple):
    """The rows of one time."""

    rows: range
    later: int
    """The µs by which their times move: a lap's length for every lap that was made."""


class Playhead:
    """Moves over the sorted `times` (epoch µs) of rows; every row is taken once, in order, from each seek on.

    Deadlines are absolute, and each change counts on from where the data's clock stands then, so that nothing
    drifts. With `lap` (µs) the first row follows the last one again, so much after itself.
    """

    def __init__(
        self, times: Sequence[int], *, speed: Speed = 1.0, lap: int | None = None, clock: Callable[[], int] = now
    ) -> None:
        self._times, self._speed, self._lap, self._clock = times, speed, lap, clock
        self._row = self._laps = 0
        self._playing = True
        self._position = self._reached = self._base = times[0]
        self._pace = Pace(clock=clock)

    @property
    def position(self) -> int:
        """The time of the newest moment taken, or of the row that was sought; always one of the rows' own."""
        return self._position

    @property
    def ended(self) -> bool:
        """Whether no row is left."""
        return self._row == len(self._times)

    @property
    def playing(self) -> bool:
        """Whether rows come: neither paused nor ended."""
        return self._playing and not self.ended

    @property
    def speed(self) -> Speed:
        """How many times faster than the data's own clock; "max" waits for nothing."""
        return self._speed

    @speed.setter
    def speed(self, speed: Speed) -> None:
        self._count_from(self._here())
        self._speed = speed

    def start(self) -> None:
        """Let the data's clock run on from where it was last seen; at the end, from the first row."""
        if self.ended:
            self.seek(self._times[0])
        else:
            self._count_from(self._reached)

    def pause(self) -> None:
        """Stop the data's clock."""
        self._count_from(self._here())
        self._playing = False

    def play(self) -> None:
        """Let the data's clock run on from where it was stopped; at the end, from the first row."""
        if not self.playing:
            self._playing = True
            self.start()

    def seek(self, ts: int) -> None:
        """Go to the first row at or after `ts`, which is due at once; past the last one none is left."""
        self._row = bisect_left(self._times, ts)
        self._position = self._next
        self._count_from(self._next)

    def wait(self) -> float | None:
        """Seconds until the next moment is due, None while nothing plays; a change makes it another."""
        if not self.playing:
            return None
        if self._speed == "max":
            return 0.0
        return self._pace.wait(round((self._next - self._base) / self._speed))

    def take(self) -> Moment:
        """The next moment, due or not; the playhead stands behind it then."""
        ts, later = self._next, self._laps * (self._lap or 0)
        rows = range(self._row, bisect_right(self._times, ts, self._row))
        self._row, self._position, self._reached = rows.stop, ts, ts
        if self.ended and self._lap is not None:
            self._row, self._laps = 0, self._laps + 1
            # The schedule stays as it is; only the times are those of another lap now.
            self._base, self._reached = self._base - self._lap, self._reached - self._lap
        return Moment(rows, later)

    @property
    def _next(self) -> int:
        """The time of the next row; of the last one when none is left."""
        return self._times[min(self._row, len(self._times) - 1)]

    def _here(self) -> int:
        """Where the data's clock stands: never before what it has reached, nor past a row that was not taken."""
        if not self.playing or self._speed == "max":
            return self._reached
        ran = round((self._clock() - self._pace.origin) * self._speed)
        return max(self._reached, min(self._base + ran, self._next))

    def _count_from(self, here: int) -> None:
        """Make `here` and the present moment what all deadlines are counted from."""
        self._base = self._reached = here
        self._pace = Pace(clock=self._clock)
