"""When the next step of a source is due: absolute deadlines, so that nothing drifts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tradestream_nb.clock import SECOND, now

PATIENCE = 5.0
"""Seconds off schedule that are made up for; beyond, as when the machine slept, the schedule moves instead."""


class Pace:
    """Keeps steps at fixed offsets from `origin`, the moment (epoch µs) it was made."""

    def __init__(
        self,
        *,
        clock: Callable[[], int] = now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience: float = PATIENCE,
    ) -> None:
        self._clock, self._sleep, self._patience = clock, sleep, round(patience * SECOND)
        self._offset = self._interval = 0
        self.origin = clock()

    def wait(self, offset: int) -> float:
        """Seconds until `origin + offset` (µs), 0 when that is past; offsets must not decrease, and may be repeated.

        A clock that leaps, because the machine slept or someone set it, moves `origin` so that this step is due one
        regular interval from now.
        """
        if offset > self._offset:
            self._interval, self._offset = offset - self._offset, offset
        ahead = self.origin + offset - self._clock()
        if not -self._patience <= ahead <= self._interval + self._patience:
            self.origin += self._interval - ahead
            ahead = self._interval
        return max(ahead, 0) / SECOND

    async def until(self, offset: int) -> None:
        """Sleep until `origin + offset` (µs); gives the loop a turn even when that is past."""
        await self._sleep(self.wait(offset))
