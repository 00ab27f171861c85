"""Where a test's server is, and what a client of it has to say."""

from __future__ import annotations

import asyncio

from tests.patience import PATIENCE
from tests.server.served import Served
from tradestream_nb.client import Client, Item


def url(served: Served) -> str:
    return f"ws://127.0.0.1:{served.port}/ws"


async def take(client: Client, count: int) -> list[Item]:
    async with asyncio.timeout(PATIENCE):
        return [await anext(client) for _ in range(count)]
