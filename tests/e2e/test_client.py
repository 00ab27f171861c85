"""The Python client and servers that are killed."""

from __future__ import annotations

import asyncio
import signal

from tests.client.proxy import proxied
from tests.e2e.processes import serve
from tests.patience import PATIENCE
from tradestream_nb.client import Disconnected, Reconnected, Snapshot, connect
from tradestream_nb.messages import PriceUpdate

OPTIONS = ("--source", "sim?seed=7&symbols=AAPL&rate=10", "--price-interval", "0")


async def test_a_killed_server_is_found_again_when_it_is_back() -> None:
    async with serve(*OPTIONS) as first, proxied(first.port) as proxy, connect(proxy.url) as client:
        await client.subscribe("price_updates")
        assert isinstance(await anext(client), Snapshot | PriceUpdate)
        first.process.send_signal(signal.SIGKILL)
        async with asyncio.timeout(PATIENCE):
            while not isinstance(await anext(client), Disconnected):
                pass
            async with serve(*OPTIONS) as second:
                proxy.target = second.port
                back = await anext(client)
                assert isinstance(back, Reconnected) and not back.same_run
                assert any([isinstance(await anext(client), PriceUpdate) for _ in range(2)])
