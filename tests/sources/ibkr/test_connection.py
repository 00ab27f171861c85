"""A connection that is given up before it is ready."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

from tradestream_nb.sim.tws.server import TwsServer
from tradestream_nb.sim.tws.world import WorldOptions
from tradestream_nb.sources.ibkr.connection import Connection
from tradestream_nb.sources.ibkr.options import IbkrOptions


async def test_giving_up_as_the_first_requests_are_made_leaves_none_that_complains() -> None:
    def prepare(ib: Any) -> None:
        connect = ib.client.connectAsync

        async def connect_and_give_up(*arguments: Any, **options: Any) -> None:
            await connect(*arguments, **options)
            opening.cancel()

        ib.client.connectAsync = connect_and_give_up

    async with TwsServer(WorldOptions(symbols="AAPL")) as tws:
        connection = Connection("127.0.0.1", tws.port, IbkrOptions(), prepare=prepare)
        opening = asyncio.create_task(connection.open())
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert not connection.is_open
    gc.collect()
