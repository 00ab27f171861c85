"""Positions, account values and profit and loss, as real clients see them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.ibkr_client import Forex, Future
from tests.patience import PATIENCE
from tests.sim.tws.desk import ACCOUNT, Desk, Trader, open_desk
from tradestream_nb.sim.account_values import account_values
from tradestream_nb.sim.tws.fields import UNSET


def money(values: list[Any]) -> dict[tuple[str, str, str], str]:
    """Account values by account, tag and currency."""
    return {(value.account, value.tag, value.currency): value.value for value in values}


def booked_money(desk: Desk, account: str = ACCOUNT) -> dict[tuple[str, str, str], str]:
    """The same from the simulator's books."""
    values = account_values(desk.world.exchange.books[account])
    return {(account, value.tag, value.currency): value.value for value in values}


async def held(desk: Desk) -> Trader:
    """A client with a position of which it was just told, one step after it was opened."""
    trader = await desk.trader()
    await trader.place("Market", "BUY", 100)
    await trader.live(1 / desk.world.options.rate)
    return trader


async def test_a_client_begins_with_what_the_books_say() -> None:
    async with open_desk() as desk:
        trader = await held(desk)
        trader.ib.disconnect()
        again = await desk.trader()
        assert money(again.ib.accountValues()) == booked_money(desk)
        (item,) = again.ib.portfolio()
        (position,) = again.ib.positions()
        assert item.marketValue == desk.books.value(again.stock.conId)
        assert item.unrealizedPNL == pytest.approx(desk.books.pnl.unrealized)
        assert position.avgCost == item.averageCost == desk.books.holding(again.stock.conId).average_price


async def test_a_trade_brings_new_positions_and_account_values() -> None:
    async with open_desk() as desk:
        trader = await held(desk)
        assert [position.position for position in trader.ib.positions()] == [100]
        assert money(trader.ib.accountValues()) == booked_money(desk)


async def test_a_closed_position_is_told_and_gone() -> None:
    async with open_desk() as desk:
        trader = await held(desk)
        sizes: list[float] = []
        trader.ib.positionEvent += lambda position: sizes.append(position.position)
        await trader.place("Market", "SELL", 100)
        await trader.live(0.5)
        assert sizes == [0] and trader.ib.positions() == trader.ib.portfolio() == []


async def test_an_account_that_does_not_trade_speaks_every_three_minutes() -> None:
    async with open_desk(rate=1.0) as desk:
        trader = await held(desk)
        heard: list[Any] = []
        trader.ib.updatePortfolioEvent += heard.append
        await trader.live(170)
        assert heard == []
        await trader.live(20)
        assert len(heard) == 1


async def test_a_position_is_told_once_and_again_when_it_changes() -> None:
    async with open_desk() as desk:
        trader = await held(desk)
        sizes: list[float] = []
        trader.ib.positionEvent += lambda position: sizes.append(position.position)
        await trader.live(3)
        await trader.place("Market", "BUY", 50)
        await trader.live(3)
        assert sizes == [150]


async def test_another_clients_trades_change_the_position_too() -> None:
    async with open_desk() as desk:
        watching, trading = await desk.trader(1), await desk.trader(2)
        await trading.place("Market", "BUY", 70)
        await watching.live(0.5)
        assert [position.position for position in watching.ib.positions()] == [70]


async def test_a_summary_has_what_was_asked_for_of_every_account() -> None:
    async with open_desk(accounts=("DU1", "DU2")) as desk:
        trader = await desk.trader()
        values = money(await trader.ib.accountSummaryAsync())
        assert values["DU1", "NetLiquidation", "USD"] == values["DU2", "NetLiquidation", "USD"] == "1000000.00"


async def test_several_accounts_are_kept_apart() -> None:
    async with open_desk(accounts=("DU1", "DU2")) as desk:
        trader = await desk.trader()
        assert trader.ib.managedAccounts() == ["DU1", "DU2"]
        await trader.place("Market", "BUY", 100, account="DU1")
        await trader.place("Market", "SELL", 30, account="DU2")
        refused = await trader.place("Market", "SELL", 30)
        await trader.live(0.25)
        assert {each.account: each.position for each in trader.ib.positions()} == {"DU1": 100, "DU2": -30}
        assert trader.codes()[-1] == 435 and refused.isDone()
        assert money(trader.ib.accountValues("DU2")) == booked_money(desk, "DU2")
        told: list[str] = []
        trader.ib.client.decoder.handlers[71] = lambda fields: told.append(fields[3])
        trader.ib.client.reqPositionsMulti(901, "DU2", "")
        trader.ib.client.reqPositionsMulti(902, "", "")
        await trader.settle()
        assert told == ["DU2", "DU1", "DU2"]


async def test_pnl_comes_once_per_second() -> None:
    async with open_desk(rate=10.0) as desk:
        trader = await held(desk)
        trader.ib.reqPnL(ACCOUNT)
        seen: list[Any] = []
        trader.ib.pnlEvent += seen.append
        await trader.live(5)
        assert 3 <= len(seen) <= 6


async def test_pnl_follows_the_books() -> None:
    async with open_desk(rate=1.0) as desk:
        trader = await held(desk)
        whole, single = trader.ib.reqPnL(ACCOUNT), trader.ib.reqPnLSingle(ACCOUNT, "", trader.stock.conId)
        seen: list[float] = []
        trader.ib.pnlEvent += lambda pnl: seen.append(pnl.dailyPnL)
        await trader.live(4)
        books, con_id = desk.books, trader.stock.conId
        assert 3 <= len(seen) <= 5
        assert (whole.dailyPnL, whole.unrealizedPnL) == pytest.approx((books.pnl.daily, books.pnl.unrealized))
        assert (single.position, single.value) == (100, books.value(con_id))
        trader.ib.cancelPnL(ACCOUNT)
        trader.ib.cancelPnLSingle(ACCOUNT, "", con_id)
        await trader.settle()
        seen.clear()
        await trader.live(4)
        assert seen == []


async def test_pnl_of_what_is_not_held_is_not_set() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        single = trader.ib.reqPnLSingle(ACCOUNT, "", 1)
        await trader.settle()
        assert (single.position, single.unrealizedPnL, single.value) == (0, UNSET, 0)
        trader.ib.reqPnL("U0")
        await trader.settle()
        assert trader.codes()[-1] == 321


async def test_futures_and_pairs_are_valued_in_their_own_currency() -> None:
    async with open_desk(depth=100_000.0, cash=10_000_000.0) as desk:
        trader = await desk.trader()
        for contract, quantity in ((Future("ES", "20260320", "CME"), 2), (Forex("USDJPY"), 20_000)):
            (trader.stock,) = await trader.ib.qualifyContractsAsync(contract)
            await trader.place("Market", "BUY", quantity)
        await trader.live(0.25)
        future, pair = trader.ib.portfolio()
        assert future.marketValue == pytest.approx(2 * 50 * future.marketPrice)
        assert future.averageCost == pytest.approx(50 * desk.books.holding(future.contract.conId).average_price)
        assert pair.contract.currency == "JPY"
        assert pair.marketValue == pytest.approx(20_000 * pair.marketPrice)
        assert desk.books.value(pair.contract.conId) == pytest.approx(pair.marketValue / 151)


async def test_requests_with_an_id_of_their_own_are_answered_and_ended() -> None:
    async with open_desk() as desk:
        trader = await held(desk)
        told: list[tuple[str, ...]] = []
        decoder = trader.ib.client.decoder
        for reply in (71, 72, 73, 74):
            decoder.handlers[reply] = lambda fields: told.append(tuple(fields))
        trader.ib.client.reqPositionsMulti(901, ACCOUNT, "")
        trader.ib.client.reqAccountUpdatesMulti(902, ACCOUNT, "", True)
        trader.ib.client.reqAccountUpdatesMulti(903, "U0", "", True)
        await trader.settle()
        assert [each[0] for each in told if each[2] == "901"] == ["71", "72"]
        assert told[-1] == ("74", "1", "902") and ("NetLiquidation" in {each[5] for each in told[2:-1]})
        assert trader.codes()[-1] == 321
        trader.ib.client.cancelPositionsMulti(901)
        trader.ib.client.cancelAccountUpdatesMulti(902)
        told.clear()
        await trader.place("Market", "BUY", 10)
        await trader.live(1)
        assert not {each[2] for each in told} & {"901", "902"}


async def test_updates_end_when_they_are_cancelled() -> None:
    async with open_desk() as desk:
        trader = await held(desk)
        trader.ib.client.reqAccountUpdates(False, ACCOUNT)
        trader.ib.client.cancelPositions()
        await trader.settle()
        heard: list[Any] = []
        trader.ib.positionEvent += heard.append
        trader.ib.updatePortfolioEvent += heard.append
        await trader.place("Market", "BUY", 10)
        await trader.live(1)
        assert heard == []
        positions = await asyncio.wait_for(trader.ib.reqPositionsAsync(), PATIENCE)
        assert [position.position for position in positions] == [110]
