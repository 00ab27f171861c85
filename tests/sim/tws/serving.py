"""A simulator whose time the test drives, and a real client on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.ibkr_client import Client, started
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.tws.server import TwsServer
from tradestream_nb.sim.tws.world import WorldOptions

START = 1_767_623_400 * SECOND
"""A Monday, 14:30 UTC."""


def serving(port: int = 0, **options: Any) -> TwsServer:
    """A simulator that stands still until it is told to advance."""
    return TwsServer(WorldOptions(**options), port=port, clock="driven", start=START)


@asynccontextmanager
async def trading(**options: Any) -> AsyncIterator[tuple[TwsServer, Client]]:
    """A simulator with one client on it."""
    async with serving(**options) as tws, started(tws.port) as client:
        yield tws, client


async def pass_time(tws: TwsServer, client: Client, seconds: float) -> None:
    """Let time pass, and let the client take in all that it brought."""
    await tws.advance(seconds)
    await client.settle()
