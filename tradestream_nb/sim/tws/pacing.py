"""How often one may ask for small historical bars."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from tradestream_nb.clock import SECOND

SAME = 15 * SECOND
BURST, BURST_TIME = 6, 2 * SECOND
MOST, WINDOW = 60, 600 * SECOND


class _Asked(NamedTuple):
    ts: int
    contract: str
    request: tuple[str, ...]


class Pacing:
    """Not the same again within 15 s, fewer than 6 on one contract within 2 s, at most 60 within 10 minutes."""

    def __init__(self) -> None:
        self._asked: deque[_Asked] = deque()

    def allows(self, ts: int, contract: str, request: tuple[str, ...]) -> bool:
        """Count a request about a contract at `ts` (epoch µs); False when it breaks a rule."""
        while self._asked and ts - self._asked[0].ts >= WINDOW:
            self._asked.popleft()
        breaks = (
            len(self._asked) >= MOST
            or any(ts - old.ts < SAME and old.request == request for old in self._asked)
            or sum(ts - old.ts < BURST_TIME and old.contract == contract for old in self._asked) >= BURST - 1
        )
        if not breaks:
            self._asked.append(_Asked(ts, contract, request))
        return not breaks
