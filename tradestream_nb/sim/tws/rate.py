"""How many messages a client may send."""

from __future__ import annotations

from collections import deque

MOST = 50
"""Messages per second."""
CHANCES = 3
"""How often that may be exceeded before the client is cut off."""


class RateLimit:
    """Counts the messages of the last second; going over is one offence per second."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._arrivals: deque[float] = deque()
        self._offences: list[float] = []

    @property
    def is_exhausted(self) -> bool:
        """True when the client has used up its chances."""
        return len(self._offences) >= CHANCES

    def allows(self, at: float) -> bool:
        """Count a message that came `at` this second; False when it is one too many."""
        arrivals = self._arrivals
        while arrivals and at - arrivals[0] >= 1:
            arrivals.popleft()
        arrivals.append(at)
        if len(arrivals) <= self.most:
            return True
        if not self._offences or at - self._offences[-1] >= 1:
            self._offences.append(at)
        return False
