"""A simulated TWS, the real library on it, the streams behind it, and a dashboard that remembers what it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.managed import HANDLERS
from tests.patience import PATIENCE
from tradestream_nb.manager import StreamManager
from tradestream_nb.server.front import Front
from tradestream_nb.sim.tws.server import Clock, TwsServer
from tradestream_nb.sim.tws.world import WorldOptions
from tradestream_nb.sources.ibkr.source import IbkrSource
from tradestream_nb.sources.url import open_source
from tradestream_nb.strategies.evaluator import StrategyEvaluator


class Desk:
    """Everything between the exchange and the dashboard."""

    def __init__(self, tws: TwsServer, manager: StreamManager) -> None:
        self.tws, self.manager = tws, manager
        assert isinstance(manager.source, IbkrSource)
        self.source = manager.source
        self.frames: list[dict[str, Any]] = []
        self.arrivals: list[float] = []
        """When each of them came, on the loop's clock."""

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """The frames of one type that the dashboard was sent, oldest first."""
        return [frame for frame in self.frames if frame["type"] == kind]

    def health(self, stream: str) -> list[tuple[str, str]]:
        """What the dashboard was told of a stream's state, oldest first."""
        told = [frame["streams"][stream] for frame in self.sent("health") if stream in frame["streams"]]
        return [(each["state"], each["text"]) for each in told]

    def state(self, stream: str) -> str:
        """What it knows of it now."""
        return self.health(stream)[-1][0] if self.health(stream) else ""

    def prices(self, symbol: str) -> list[float]:
        """Every price of a symbol that it was sent."""
        return [frame["symbols"][symbol]["price"] for frame in self.sent("price_update") if symbol in frame["symbols"]]

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds; fail when it takes too long."""
        async with asyncio.timeout(PATIENCE):
            while not holds():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def prices_move(self, symbol: str) -> None:
        """Wait until the dashboard is sent new prices of a symbol."""
        before = len(self.prices(symbol))
        await self.until(lambda: len(self.prices(symbol)) > before + 1)

    async def read(self, url: str) -> None:
        """Be the dashboard."""
        async with connect(url, subprotocols=[Subprotocol("tradestream.v1.json")]) as ws:
            await ws.send(msgspec.json.encode({"type": "subscribe", "channels": ["*"]}).decode())
            with suppress(ConnectionClosed):
                async for frame in ws:
                    self.frames.append(msgspec.json.decode(frame))
                    self.arrivals.append(asyncio.get_running_loop().time())


@asynccontextmanager
async def trading_desk(
    world: Mapping[str, Any] | None = None, *, auto_trade: bool = False, clock: Clock = "wall", **options: Any
) -> AsyncIterator[Desk]:
    """A desk with a dashboard, on a simulated market that moves by itself unless its clock is driven."""
    about: dict[str, Any] = {"symbols": "AAPL,MSFT,IBM", "rate": 20.0} | dict(world or {})
    asked: dict[str, Any] = {"symbols": "AAPL,MSFT", "timeout": 3.0} | options
    async with TwsServer(WorldOptions(**about), clock=clock) as tws:
        source = open_source(f"ibkr://127.0.0.1:{tws.port}", **asked)
        manager = StreamManager(
            source, HANDLERS, evaluator=StrategyEvaluator(), auto_trade=auto_trade, price_interval=0.05
        )
        desk, front = Desk(tws, manager), Front(manager)
        port = await front.start("127.0.0.1", 0)
        dashboard = asyncio.create_task(desk.read(f"ws://127.0.0.1:{port}/ws"))
        await desk.until(lambda: desk.frames)
        await manager.start_all()
        try:
            yield desk
        finally:
            await manager.stop_all()
            await front.stop()
            await asyncio.wait_for(dashboard, PATIENCE)
