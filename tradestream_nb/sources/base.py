"""What every source of events looks like to the manager."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from typing import Protocol

from tradestream_nb.events import Bar, Event


class Outlet(Protocol):
    """Where a source puts its events: the pair of `asyncio.StreamWriter`, put and drain."""

    def put(self, event: Event) -> None:
        """Hand over one event; never waits. Call it on the loop that runs the source."""

    async def drain(self) -> None:
        """Give the loop a turn; a source on virtual time also waits here until its readers have caught up."""


class Source(Protocol):
    """Produces events until it ends or is cancelled."""

    name: str
    """What health and logs call it."""
    polled: bool
    """True when it can only be asked: prices are then batched every 3 s by default."""
    virtual: bool
    """True when its clock is the data's and not the wall's, as in a replay; such a source ends by itself."""

    async def run(self, outlet: Outlet) -> None:
        """Put events until the data ends; a lost connection raises, and the manager starts it again."""

    def history(self, seconds: float) -> Iterable[Bar] | Awaitable[Iterable[Bar]]:
        """Complete bars of that length from before the first event, oldest first; strategies start warm with them.

        A plain function is called on another thread before each run, an async one on the loop that runs the source.
        """
