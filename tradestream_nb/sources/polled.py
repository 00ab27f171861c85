"""A source for whatever can only be asked: a broker's REST interface, a data manager, a file that changes."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable
from itertools import count

from tradestream_nb.clock import SECOND
from tradestream_nb.errors import SourceError
from tradestream_nb.events import Bar, Event
from tradestream_nb.sources.base import Outlet
from tradestream_nb.sources.pace import Pace

Ask = Callable[[], Iterable[Event]] | Callable[[], Awaitable[Iterable[Event]]]


class PolledSource:
    """Calls `ask`, plain or async, at once and then every `every` seconds, and puts the events it answers with.

    What `ask` raises ends the run, so that the manager reports it and starts again. A plain `ask` runs on the
    streams' loop: one that waits for a network should be async.
    """

    polled = True
    virtual = False

    def __init__(self, ask: Ask, *, every: float = 3.0, name: str = "polled", pace: Pace | None = None) -> None:
        if not every > 0:
            raise SourceError(f"{name}: every={every!r} does not fit; it is the seconds between questions, above 0")
        self.name = name
        self._ask, self._every, self._pace = ask, every, pace

    async def run(self, outlet: Outlet) -> None:
        """Ask until cancelled."""
        pace = self._pace or Pace(patience=self._every)
        for turn in count():
            await pace.until(round(turn * self._every * SECOND))
            answer = self._ask()
            for event in await answer if inspect.isawaitable(answer) else answer:
                outlet.put(event)
            await outlet.drain()

    def history(self, seconds: float) -> Iterable[Bar]:
        """Nothing: a question is about now."""
        return ()
