"""How often something may happen before it is too often."""

from __future__ import annotations

from collections import deque


class Strikes:
    """Counts within a window of time."""

    def __init__(self, limit: int, window: float) -> None:
        self._window = window
        self._times: deque[float] = deque(maxlen=limit)

    def strike(self, now: float) -> bool:
        """Count one more; True when there have been `limit` within the window."""
        self._times.append(now)
        return len(self._times) == self._times.maxlen and now - self._times[0] <= self._window
