"""What the broker lets one user have at once, and how much of it is in use."""

from __future__ import annotations

from collections import deque

from tradestream_nb.errors import SourceError
from tradestream_nb.sources.broker import Use

LINES, TICK_BY_TICK, MESSAGES = 100, 3, 50
"""Market-data lines, tick-by-tick streams and messages per second of an account without extra packages."""


class Budget:
    """Counts what is taken out of a limit, and refuses what would go over it."""

    def __init__(self, name: str, limit: int) -> None:
        self.name, self.limit, self.used = name, limit, 0

    def take(self, what: str) -> None:
        """Take one; raises SourceError when the limit is reached, and nothing is taken then."""
        if self.used >= self.limit:
            raise SourceError(f"{what}: all {self.limit} {self.name} are in use; release one first")
        self.used += 1

    def give_back(self) -> None:
        """Give one back."""
        self.used = max(0, self.used - 1)

    @property
    def use(self) -> Use:
        """How much is taken."""
        return Use(self.used, self.limit)


class Rate:
    """Events per second over the last second, from a counter that only rises and is read now and then."""

    def __init__(self, limit: int, *, window: float = 1.0) -> None:
        self.limit, self._window = limit, window
        self._readings: deque[tuple[float, int]] = deque()

    def read(self, total: int, now: float) -> None:
        """Note the counter at `now` (seconds); a counter that fell began anew."""
        if self._readings and total < self._readings[-1][1]:
            self._readings.clear()
        self._readings.append((now, total))
        while len(self._readings) > 2 and self._readings[1][0] <= now - self._window:
            self._readings.popleft()

    @property
    def use(self) -> Use:
        """The rate between the oldest and the newest reading of the window."""
        if len(self._readings) < 2:
            return Use(0, self.limit)
        (began, first), (ended, last) = self._readings[0], self._readings[-1]
        return Use(round((last - first) / max(ended - began, self._window), 1), self.limit)
