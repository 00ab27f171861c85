"""A port for streams that somebody else runs, on a thread of their own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.managed import HANDLERS, Scripted
from tests.patience import PATIENCE
from tests.server.raw import get
from tradestream_nb.errors import ServeError
from tradestream_nb.events import Quote
from tradestream_nb.loop_thread import LoopThread
from tradestream_nb.manager import StreamManager
from tradestream_nb.server.front import Front
from tradestream_nb.strategies.evaluator import StrategyEvaluator

HOST = "127.0.0.1"
QUOTE = Quote("AAPL", 190.0, ts=1_767_623_400_000_000)


class Beside:
    """Running streams on a loop of their own, and a front for them."""

    def __init__(self, thread: LoopThread) -> None:
        self.thread = thread
        self.manager = StreamManager(Scripted(QUOTE), HANDLERS, evaluator=StrategyEvaluator(), price_interval=0)
        self.front = Front(self.manager)

    async def start(self, host: str = HOST, port: int = 0) -> int:
        return await self.thread.call(self.front.start(host, port))

    async def stop(self) -> None:
        await self.thread.call(self.front.stop())


@asynccontextmanager
async def beside() -> AsyncIterator[Beside]:
    thread = LoopThread("streams", owner=beside)
    streams = Beside(thread)
    await thread.call(streams.manager.start_all())
    yield streams
    await streams.stop()
    await thread.call(streams.manager.stop_all())
    await thread.stop()


@pytest.fixture
async def streams() -> AsyncIterator[Beside]:
    async with beside() as streams:
        yield streams


async def first_price(port: int) -> float:
    async with asyncio.timeout(PATIENCE), connect(f"ws://{HOST}:{port}/ws") as ws:
        while "price_update" not in (message := json.loads(await ws.recv()))["type"]:
            pass
    return float(message["symbols"]["AAPL"]["price"])


async def test_a_dashboard_sees_streams_that_run_on_another_thread(streams: Beside) -> None:
    port = await streams.start()
    assert await first_price(port) == 190.0
    assert (await get(port, "/readyz"))[0] == 200
    assert (await get(port, "/"))[0] == 200
    assert json.loads((await get(port, "/status"))[2])["source"] == "script"


async def test_two_serve_on_ports_of_their_own(streams: Beside) -> None:
    async with beside() as others:
        ports = {await streams.start(), await others.start()}
        assert len(ports) == 2
        assert [await first_price(port) for port in ports] == [190.0, 190.0]


async def test_a_second_start_returns_the_port_there_is(streams: Beside) -> None:
    port = await streams.start()
    assert await streams.start() == port


async def test_stopping_closes_the_port_and_leaves_the_streams_alone(streams: Beside) -> None:
    port = await streams.start()
    async with connect(f"ws://{HOST}:{port}/ws") as ws:
        await streams.stop()
        with pytest.raises(ConnectionClosed, match="1012"):
            while True:
                await asyncio.wait_for(ws.recv(), PATIENCE)
    await streams.stop()
    assert (streams.manager.status().state, streams.front.ready()) == ("ok", False)
    with pytest.raises(OSError):
        await get(port, "/healthz")
    assert await first_price(await streams.start(port=port)) == 190.0


async def test_a_port_in_use_is_told_in_one_line_and_can_be_tried_again(streams: Beside) -> None:
    async with beside() as others:
        port = await others.start()
        with pytest.raises(ServeError, match=f"^port {port} is in use on {HOST}; [^\n]*$"):
            await streams.start(port=port)
    assert await streams.start(port=port) == port


async def test_other_machines_are_not_let_in(streams: Beside) -> None:
    with pytest.raises(ServeError, match=r"^0\.0\.0\.0 can be reached from other machines"):
        await streams.start("0.0.0.0")
    assert streams.front.status()["started"] is None
