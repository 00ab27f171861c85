"""A simulated Trader Workstation with real clients that trade on it, one step of its time after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from tests.ibkr_client import Client, Stock, library
from tests.patience import PATIENCE
from tests.sim.tws.serving import serving
from tradestream_nb.sim.books import Books
from tradestream_nb.sim.tws.orders import Orders
from tradestream_nb.sim.tws.server import TwsServer

ACCOUNT = "DU1234567"


class Trader(Client):
    """A real client that has started up whole, with what it was told of its orders, in order."""

    def __init__(self, tws: TwsServer) -> None:
        super().__init__()
        self.heard: list[str] = []
        self.stock: Any = None
        self._tws = tws
        self.ib.execDetailsEvent += lambda trade, fill: self.heard.append(f"fill {fill.execution.shares:g}")
        self.ib.commissionReportEvent += lambda trade, fill, report: self.heard.append("commission")
        self.ib.orderStatusEvent += lambda trade: self.heard.append(trade.orderStatus.status)

    async def connect(self, client_id: int) -> None:
        """Connect with all that a client asks for at its start."""
        asyncio.set_event_loop(asyncio.get_running_loop())
        await self.ib.connectAsync("127.0.0.1", self._tws.port, client_id, timeout=PATIENCE)
        (self.stock,) = await self.ib.qualifyContractsAsync(Stock("AAPL", "SMART", "USD"))

    async def place(self, kind: str, side: str, quantity: float, *prices: float, **terms: Any) -> Any:
        """Place an order of the library's own kind, and wait until it was taken in."""
        trade = self.ib.placeOrder(self.stock, getattr(library, f"{kind}Order")(side, quantity, *prices, **terms))
        await self.settle()
        return trade

    async def live(self, seconds: float) -> None:
        """Let simulated time pass and take in what it brought."""
        await self._tws.advance(seconds)
        await self.settle()


class Desk:
    """The server with its traders."""

    def __init__(self, tws: TwsServer, stack: AsyncExitStack) -> None:
        self.tws, self.world = tws, tws.world
        self.orders = next(part for part in tws.gateway.parts if isinstance(part, Orders))
        self._stack = stack

    @property
    def books(self) -> Books:
        """The simulator's own books of the first account."""
        return self.world.exchange.books[self.world.accounts[0]]

    async def trader(self, client_id: int = 7) -> Trader:
        """One more client."""
        trader = Trader(self.tws)
        await trader.connect(client_id)
        self._stack.callback(trader.ib.disconnect)
        return trader


@asynccontextmanager
async def open_desk(**options: Any) -> AsyncIterator[Desk]:
    """A market of two stocks whose quotes offer a fixed number of shares."""
    async with serving(**{"symbols": "AAPL,MSFT", "depth": 1000.0, **options}) as tws, AsyncExitStack() as stack:
        yield Desk(tws, stack)
