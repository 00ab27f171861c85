"""Whatever goes wrong on the way, clients can learn all that the simulator's own books hold."""

from __future__ import annotations

from random import Random

import pytest

from tests.sim.tws.desk import ACCOUNT, Desk, Trader, open_desk
from tests.sim.tws.test_executions import booked, told
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.orders import Ticket
from tradestream_nb.sim.tws.faults import Disconnect, Executions
from tradestream_nb.sim.tws.trouble import ExecutionTrouble

WRONGS: tuple[ExecutionTrouble, ...] = ("late", "duplicate", "corrected", "commission_first")


async def trade(trader: Trader, action: str, random: Random) -> None:
    """Let the client itself do something."""
    side, quantity = random.choice(("BUY", "SELL")), random.randint(1, 900)
    if action == "market":
        await trader.place("Market", side, quantity)
    elif action in ("limit", "stop"):
        await trader.place(action.title(), side, quantity, 241.0)
    elif trader.ib.openTrades():
        trader.ib.cancelOrder(random.choice(trader.ib.openTrades()).order)


def disturb(desk: Desk, action: str, random: Random) -> None:
    """Let something happen that the client does not know of."""
    if action == "hand":
        (listing,) = (each for each in desk.world.catalogue if each.symbol == "AAPL")
        desk.orders.place_by_hand(listing, Ticket("BUY", random.randint(1, 900)))
    elif action == "spoil":
        desk.tws.strike(Executions(wrong=random.choice(WRONGS), seconds=random.random() * 5))
    else:
        desk.tws.strike(Disconnect(seconds=2))


async def act(desk: Desk, trader: Trader, random: Random) -> Trader:
    """Do one thing; the client is another one afterwards when it went away."""
    action = random.choice(("market", "market", "limit", "stop", "cancel", "hand", "spoil", "outage", "away"))
    if action == "away":
        trader.ib.disconnect()
        await desk.tws.advance(random.random() * 5)
        return await desk.trader()
    if action in ("hand", "spoil", "outage"):
        disturb(desk, action, random)
    else:
        await trade(trader, action, random)
    await trader.live(random.random() * 3)
    return trader


@pytest.mark.parametrize("seed", range(4))
async def test_a_client_ends_up_with_what_the_books_hold(seed: int) -> None:
    async with open_desk(seed=seed, depth=None, cash=100_000_000.0, rate=1.0) as desk:
        trader, random = await desk.trader(), Random(seed)
        for _ in range(40):
            trader = await act(desk, trader, random)
        desk.world.exchange.cancel_all(desk.world.ts)
        await trader.live(20 - desk.world.ts / SECOND % 1)
        pnl = trader.ib.reqPnL(ACCOUNT)
        fills = await trader.ib.reqExecutionsAsync()
        await trader.settle()
        assert told(fills) == booked(desk.books) and len(fills) > 20
        held = {each.contract.conId: (each.position, each.avgCost) for each in trader.ib.positions()}
        assert held == {
            con_id: (holding.quantity, holding.average_price) for con_id, holding in desk.books.positions.items()
        }
        books = desk.books.pnl
        assert (pnl.dailyPnL, pnl.unrealizedPnL, pnl.realizedPnL) == (books.daily, books.unrealized, books.realized)
        assert books.realized + books.unrealized == pytest.approx(desk.books.equity - 100_000_000, abs=1e-3)


async def test_the_same_orders_give_the_same_books() -> None:
    async def play() -> tuple[object, ...]:
        async with open_desk(seed=3, depth=None, rate=1.0) as desk:
            trader = await desk.trader()
            for number in range(5):
                await trader.place("Market", "BUY", 300 + number)
                await trader.live(3)
            return tuple(desk.books.reported), desk.books.pnl

    assert await play() == await play()
