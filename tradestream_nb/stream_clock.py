"""The streams' own clock: the time of the newest event, and what has passed since."""

from __future__ import annotations

import time
from collections.abc import Callable

from tradestream_nb import clock


class StreamClock:
    """Goes on between two events of a live source, and stands still between those of a virtual one."""

    def __init__(self, *, virtual: bool) -> None:
        self.seconds: Callable[[], float] = time.monotonic
        """Counts the seconds that pass; may be replaced by a loop's own time."""
        self._virtual = virtual
        self._newest: int | None = None
        self._since = 0.0

    def set(self, ts: int) -> None:
        """Go on from `ts` (epoch µs), the time of an event that has just come."""
        self._newest, self._since = ts, self.seconds()

    def now(self) -> int:
        """The time in epoch µs; before the first event that of the wall clock."""
        if self._newest is None:
            return clock.now()
        if self._virtual:
            return self._newest
        return self._newest + round((self.seconds() - self._since) * clock.SECOND)

    def would_go_back(self, ts: int) -> bool:
        """Whether `ts` (epoch µs) lies before the newest event."""
        return self._newest is not None and ts < self._newest
