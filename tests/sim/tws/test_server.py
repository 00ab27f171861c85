"""The simulator's socket, with a real client on it."""

from __future__ import annotations

import asyncio

import pytest
import uvloop

from tests.ibkr_client import Client, started
from tests.managed import eventually
from tests.patience import PATIENCE
from tests.sim.tws.serving import START, serving
from tests.sim.tws.wire import AAPL
from tradestream_nb.clock import SECOND
from tradestream_nb.errors import ServeError
from tradestream_nb.sim.tws import server
from tradestream_nb.sim.tws.faults import Reset, Trickle
from tradestream_nb.sim.tws.fields import render
from tradestream_nb.sim.tws.framing import frame
from tradestream_nb.sim.tws.server import TwsServer


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
        await asyncio.wait_for(ended.wait(), PATIENCE)
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


async def test_a_client_that_reads_nothing_is_cut_off_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_UNREAD", 1 << 16)
    async with serving(limits=False) as tws, started(tws.port, 2) as other:
        reader, writer = await asyncio.open_connection("127.0.0.1", tws.port)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(b"API\0" + frame(b"v157..178") + frame(render(71, 2, 1, "")))
        for number in range(20):
            writer.write(frame(render(20, number, *AAPL, False, "", "1 min", "7 D", True, "TRADES", 1, False, "")))
        await other.settle()
        assert list(tws.world.sessions) == [2]
        writer.transport.resume_reading()  # type: ignore[attr-defined]
        with pytest.raises(ConnectionResetError):
            while await reader.read(1 << 20):
                pass


def test_it_runs_on_a_faster_loop_too() -> None:
    async def trade() -> None:
        async with serving() as tws:
            reader, writer = await asyncio.open_connection("127.0.0.1", tws.port)
            writer.write(b"API\0" + frame(b"v157..178") + frame(render(71, 2, 1, "")))
            tws.strike(Trickle(seconds=1))
            await reader.readuntil(b"DU1234567")
            tws.strike(Reset())
            with pytest.raises(ConnectionResetError):
                while await reader.read(1):
                    pass

    uvloop.run(trade())
