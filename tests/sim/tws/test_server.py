"""The simulator's socket, with a real client on it."""

from __future__ import annotations

import asyncio

import pytest

from tests.ibkr_client import Client, started
from tests.managed import eventually
from tradestream_nb.clock import SECOND
from tradestream_nb.errors import ServeError
from tradestream_nb.sim.tws.server import TwsServer

START = 1_767_623_400 * SECOND


def serving(port: int = 0) -> TwsServer:
    return TwsServer(port=port, clock="driven", start=START)


async def test_a_client_starts_and_reads_the_simulated_time() -> None:
    async with serving() as tws, started(tws.port) as client:
        await tws.advance(2.5)
        told = await client.ib.reqCurrentTimeAsync()
        assert told.timestamp() == START // SECOND + 2
        assert client.ib.client.getAccounts() == ["DU1234567"]
        assert client.codes() == [2104, 2106, 2158]


async def test_two_clients_with_their_own_ids_are_served_side_by_side() -> None:
    async with serving() as tws, started(tws.port, 1), started(tws.port, 2):
        assert sorted(tws.world.sessions) == [1, 2]


async def test_a_client_id_in_use_is_said_before_the_socket_closes() -> None:
    async with serving() as tws, started(tws.port, 5):
        second = Client()
        ended = asyncio.Event()
        second.ib.client.apiError += lambda message: ended.set()
        starting = asyncio.create_task(second.start(tws.port, 5))
        await asyncio.wait_for(ended.wait(), 10)
        assert second.codes() == [326]
        starting.cancel()
        await asyncio.wait([starting])


async def test_a_client_id_is_free_again_when_its_client_has_left() -> None:
    async with serving() as tws:
        for _ in range(2):
            async with started(tws.port, 5) as client:
                await client.settle()
            await eventually(lambda: not tws.world.sessions)


async def test_a_port_in_use_is_said_in_one_line() -> None:
    async with serving() as tws:
        with pytest.raises(ServeError, match=f"cannot listen on 127.0.0.1:{tws.port}: .*in use"):
            async with serving(tws.port):
                pass


async def test_on_the_wall_clock_time_moves_by_itself() -> None:
    async with TwsServer() as tws, started(tws.port):
        before = tws.world.ts
        await eventually(lambda: tws.world.ts > before)
