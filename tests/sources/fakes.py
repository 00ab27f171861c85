"""A clock that only sleeping moves, and an outlet that remembers."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Bar, Event, Quote
from tradestream_nb.sources.base import Source
from tradestream_nb.sources.pace import Pace

WALL = 1_767_623_400 * SECOND


class FakeTime:
    """Sleeps without waiting and cancels whoever sleeps beyond `end` (µs after `WALL`)."""

    def __init__(self, *, end: int = 3600 * SECOND) -> None:
        self.now, self.end = WALL, WALL + end
        self.slept: list[float] = []

    def clock(self) -> int:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += round(seconds * SECOND)
        if self.now >= self.end:
            raise asyncio.CancelledError
        await asyncio.sleep(0)

    async def wait(self, changed: asyncio.Event, seconds: float | None) -> None:
        """As a replay waits: so long, or for ever, but not beyond a change."""
        if not changed.is_set():
            await self.sleep((self.end - self.now) / SECOND if seconds is None else seconds)

    def pace(self) -> Pace:
        return Pace(clock=self.clock, sleep=self.sleep)


class Recorder:
    """Keeps each event with the moment it was put at, in µs after `WALL`."""

    def __init__(self, time: FakeTime) -> None:
        self.time = time
        self.put_at: list[tuple[int, Event]] = []
        self.drains: list[int] = []

    def put(self, event: Event) -> None:
        self.put_at.append((self.time.now - WALL, event))

    async def drain(self) -> None:
        self.drains.append(len(self.put_at))

    @property
    def events(self) -> list[Event]:
        return [event for _, event in self.put_at]

    @property
    def quotes(self) -> list[Quote]:
        return [event for event in self.events if isinstance(event, Quote)]

    @property
    def bars(self) -> list[Bar]:
        return [event for event in self.events if isinstance(event, Bar)]


async def play(source: Source, time: FakeTime) -> Recorder:
    """Run a source until it ends or the time is over."""
    outlet = Recorder(time)
    with suppress(asyncio.CancelledError):
        await source.run(outlet)
    return outlet
