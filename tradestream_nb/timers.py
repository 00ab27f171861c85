"""The timers that handlers asked for, fired on the events' own clock so that a replay fires the same ones."""

from __future__ import annotations

from collections.abc import Iterator

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Timer


class Timers:
    """Due times on a grid of multiples of each period since 1970; a timer starts with the first event it sees."""

    def __init__(self) -> None:
        self._periods: dict[str, int] = {}
        self._due: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._periods)

    @property
    def due(self) -> int | None:
        """When the next one fires, 0 before its first event; None where there are none."""
        return min((self._due.get(name, 0) for name in self._periods), default=None)

    def set(self, name: str, every: float | None) -> None:
        """Fire `name` every so many seconds; None stops it, and the same period again changes nothing."""
        period = None if every is None else round(every * SECOND)
        if period == self._periods.get(name):
            return
        self._due.pop(name, None)
        self._periods.pop(name, None)
        if period is not None:
            self._periods[name] = period

    def rename(self, old: str, new: str) -> None:
        """Fire what `old` was to fire for `new`, at the same times and in the same order."""
        self._periods = {new if name == old else name: period for name, period in self._periods.items()}
        self._due = {new if name == old else name: due for name, due in self._due.items()}

    def rewind(self) -> None:
        """Start anew with the next event, for the clock has gone back."""
        self._due.clear()

    def advance(self, ts: int) -> Iterator[Timer]:
        """The timers that are due at `ts` (epoch µs), in the order of their times; at 0, which is no time, none."""
        if not ts:
            return
        for name, period in self._periods.items():
            self._due.setdefault(name, (ts // period + 1) * period)
        while self._due:
            name = min(self._due, key=self._due.__getitem__)
            due = self._due[name]
            if due > ts:
                return
            self._due[name] = due + self._periods[name]
            yield Timer(name, due)
