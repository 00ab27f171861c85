"""Ten minutes of trading with everything going wrong: at their end the dashboard knows what the exchange knows."""

from __future__ import annotations

import asyncio
from itertools import repeat
from random import Random
from typing import Any

import pytest

from tests.ibkr_client import Client, library
from tests.patience import PATIENCE
from tests.sources.ibkr.desk import Desk, trading_desk
from tests.sources.ibkr.test_fills import counted, told
from tradestream_nb import restarts
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.books import Books
from tradestream_nb.sim.orders import Ticket
from tradestream_nb.sim.tws.faults import (
    DataFarm,
    Disconnect,
    Drop,
    Executions,
    Fault,
    IdInUse,
    NightlyReset,
    Reset,
    Silence,
    Slow,
    Trickle,
)
from tradestream_nb.sim.tws.orders import Orders
from tradestream_nb.sim.tws.trouble import ExecutionTrouble

SOAK = 600 * SECOND
SYMBOLS = ("AAPL", "MSFT")
WORLD = {"rate": 1.0, "cash": 100_000_000.0}
WRONG: tuple[ExecutionTrouble, ...] = ("late", "duplicate", "corrected", "commission_first")
KINDS = 10
"""How many kinds of faults there are to choose from."""
BREATH = 0.02
"""Seconds that the programs have to themselves between two moves of the market."""


class Soak:
    """Lets orders and faults happen at random, the same ones again for the same seed."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.tws = desk, desk.tws
        self.other = Client()
        self.struck: list[str] = []
        self._random = Random(seed)
        self._end = desk.tws.world.ts + SOAK

    @property
    def books(self) -> Books:
        return self.tws.world.exchange.books["DU1234567"]

    async def run(self) -> None:
        """Trade until the time is over, then let everything come to rest."""
        await self.desk.until(lambda: self.desk.source.feeds.instruments.named("MSFT"))
        while self.tws.world.ts < self._end:
            await self._act()
            await self.pass_time(self._random.choice((1, 2, 3)))
        await self.rest()

    async def pass_time(self, seconds: float) -> None:
        await self.tws.advance(seconds)
        await asyncio.sleep(BREATH)

    async def rest(self) -> None:
        """Let faults end and the source come back; then one more trade, after which the market stands still."""
        async with asyncio.timeout(PATIENCE):
            await self.pass_time(60)
            while not self.desk.source.connection.is_open:
                await self.pass_time(1)
        await asyncio.sleep(1)
        self.by_hand("AAPL", Ticket("BUY", 1))
        await self.pass_time(1)
        self.other.ib.disconnect()

    def by_hand(self, symbol: str, ticket: Ticket) -> None:
        """Enter an order in TWS itself."""
        orders = next(part for part in self.tws.gateway.parts if isinstance(part, Orders))
        orders.place_by_hand(next(each for each in self.tws.world.catalogue if each.symbol == symbol), ticket)

    async def _act(self) -> None:
        chance, symbol = self._random.random(), self._random.choice(SYMBOLS)
        side, quantity = self._random.choice(("BUY", "SELL")), self._random.randint(1, 900)
        if chance < 0.35:
            self._order(self.desk.source.ib, symbol, side, quantity)
        elif chance < 0.5:
            await self._order_elsewhere(symbol, side, quantity)
        elif chance < 0.6:
            self.by_hand(symbol, Ticket("BUY", quantity))
        elif chance < 0.9:
            fault = self._fault()
            self.struck.append(type(fault).__name__)
            self.tws.strike(fault)

    def _fault(self) -> Fault:
        seconds = self._random.uniform(1, 15)
        kept = self._random.random() < 0.5
        faults: tuple[Fault, ...] = (
            Drop(client=7), Reset(client=7), IdInUse(), NightlyReset(seconds=seconds),
            Disconnect(seconds=seconds, kept=kept), DataFarm(seconds=seconds, kept=kept), Silence(seconds=seconds),
            Slow(seconds=seconds, delay=0.5), Trickle(seconds=seconds),
            *(Executions(wrong=wrong, seconds=seconds, count=2) for wrong in WRONG),
        )  # fmt: skip
        return self._random.choice(faults)

    def _order(self, ib: Any, symbol: str, side: str, quantity: float) -> None:
        feed = self.desk.source.feeds.instruments.named(symbol)
        if feed is not None and ib.isConnected():
            ib.placeOrder(feed.contract, library.MarketOrder(side, quantity))

    async def _order_elsewhere(self, symbol: str, side: str, quantity: float) -> None:
        """Let another program trade, when it is connected or can be."""
        trouble = self.tws.world.trouble
        if not self.other.ib.isConnected() and not (trouble.refusing or trouble.reject_ids or trouble.delay):
            await self.other.start(self.tws.port, 9)
        self._order(self.other.ib, symbol, side, quantity)


def positions(desk: Desk) -> dict[str, Any]:
    """The open positions as the dashboard knows them."""
    lines: dict[str, Any] = desk.sent("portfolio_update")[-1]["data"]["positions"]
    return lines


def held(books: Books) -> dict[str, float]:
    """The open positions in the exchange's own books."""
    return {books.listings[con_id].symbol: holding.quantity for con_id, holding in books.positions.items()}


def agrees(desk: Desk, books: Books) -> bool:
    """Say whether the dashboard knows the trades and the positions that the exchange has."""
    quantities = {name: line["quantity"] for name, line in positions(desk).items()}
    return told(desk) == counted(desk) and quantities == held(books)


def went_through_enough(soak: Soak) -> bool:
    """Say whether all kinds of faults happened, to trades of all origins."""
    traders = {execution.client_id for execution in soak.books.executions.values()}
    corrected = any(execution.revision > 1 for execution in soak.books.reported)
    return len(set(soak.struck)) == KINDS and traders == {0, 7, 9} and corrected and len(soak.books.executions) > 100


@pytest.mark.parametrize("seed", [7])
async def test_ten_minutes_of_faults_lose_nothing_and_double_nothing(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restarts, "backoff", lambda: repeat(0.05))
    async with trading_desk(WORLD, clock="driven", readonly="no", fills_every=1.0) as desk:
        soak = Soak(desk, seed)
        await soak.run()
        books = soak.books
        assert went_through_enough(soak)
        await desk.until(lambda: agrees(desk, books))
        ids = [trade["id"] for trade in desk.sent("trade_executed")]
        assert len(ids) == len(set(ids))
        for con_id, holding in books.positions.items():
            line = positions(desk)[books.listings[con_id].symbol]
            assert line["average_price"] == pytest.approx(holding.average_price)
            assert line["unrealized_pnl"] == pytest.approx(books.pnl_of(con_id).unrealized, abs=0.01)
        account = desk.sent("portfolio_update")[-1]["data"]
        pnl = books.pnl
        assert (account["total_pnl"], account["realized_pnl"], account["equity"], account["cash"]) == pytest.approx(
            (pnl.unrealized, pnl.realized, books.equity, books.cash), abs=0.01
        )
