"""Orders of real clients, over a real socket."""

from __future__ import annotations

import asyncio

import pytest

from tests.ibkr_client import Contract, Stock, library
from tests.patience import PATIENCE
from tests.sim.tws.desk import ACCOUNT, open_desk
from tradestream_nb.sim.orders import Ticket


async def test_an_order_fills_in_parts_each_with_its_commission() -> None:
    async with open_desk(depth=60.0) as desk:
        trader = await desk.trader()
        trade = await trader.place("Market", "BUY", 100)
        assert (trade.filled(), trade.remaining()) == (60, 40)
        await trader.live(0.5)
        assert trader.heard == [
            "PreSubmitted", "Submitted", "fill 60", "Submitted", "commission", "fill 40", "Filled", "commission",
        ]  # fmt: skip
        assert trade.orderStatus.avgFillPrice == pytest.approx(sum(
            fill.execution.price * fill.execution.shares for fill in trade.fills) / 100
        )  # fmt: skip
        assert [fill.commissionReport.commission for fill in trade.fills] == [1.0, 0.0]


@pytest.mark.parametrize("version", [157, 158, 159, 160, 162, 164, 166, 169, 170, 176, 177, 178])
async def test_orders_live_at_every_server_version(version: int) -> None:
    async with open_desk(version=version, depth=60.0) as desk:
        trader = await desk.trader()
        assert trader.ib.client.serverVersion() == min(version, trader.ib.client.MaxClientVersion)
        await trader.place("Limit", "BUY", 100, 900.0)
        trader.ib.disconnect()
        again = await desk.trader()
        (trade,) = again.ib.openTrades()
        await again.live(0.5)
        assert [fill.execution.shares for fill in trade.fills] == [60, 40] and trade.isDone()
        assert [done.order.filledQuantity for done in await again.ib.reqCompletedOrdersAsync(False)] == [100]


async def test_a_limit_order_waits_and_is_cancelled() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        trade = await trader.place("Limit", "BUY", 100, 1.0)
        assert trade.orderStatus.status == "Submitted" and trade.order.permId > 0
        trader.ib.cancelOrder(trade.order)
        await trader.settle()
        assert trader.heard == ["PreSubmitted", "Submitted", "PendingCancel", "Cancelled"]
        assert trader.codes()[-1] == 202 and trade.isDone()


async def test_an_order_is_changed_by_placing_it_again() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        trade = await trader.place("Limit", "BUY", 100, 1.0)
        trade.order.lmtPrice, trade.order.totalQuantity = 900.0, 150
        trader.ib.placeOrder(trader.stock, trade.order)
        await trader.settle()
        assert trade.orderStatus.status == "Filled" and trade.filled() == 150
        assert trade.order.permId in {execution.perm_id for execution in desk.books.executions.values()}


async def test_a_stop_order_is_held_until_its_price_comes() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        held = await trader.place("Stop", "BUY", 100, 10_000.0)
        worked = await trader.place("Stop", "SELL", 100, 10_000.0)
        assert held.orderStatus.status == "PreSubmitted" and held.orderStatus.whyHeld == "trigger"
        assert worked.orderStatus.status == "Filled"


async def test_a_stop_limit_order_keeps_both_prices() -> None:
    async with open_desk() as desk:
        trader, other = await desk.trader(1), await desk.trader(2)
        await trader.place("StopLimit", "BUY", 100, 9_000.0, 8_000.0, tif="GTC", outsideRth=True, orderRef="mine")
        (trade,) = await other.ib.reqAllOpenOrdersAsync()
        order = trade.order
        assert (order.orderType, order.lmtPrice, order.auxPrice) == ("STP LMT", 9_000.0, 8_000.0)
        assert (order.tif, order.outsideRth, order.orderRef, order.account) == ("GTC", True, "mine", ACCOUNT)


async def test_a_preview_says_what_an_order_would_cost_and_places_none() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        asked = trader.ib.whatIfOrderAsync(trader.stock, library.MarketOrder("BUY", 1000))
        state = await asyncio.wait_for(asked, PATIENCE)
        assert (state.commission, state.commissionCurrency) == (5.0, "USD")
        assert float(state.initMarginAfter) == pytest.approx(float(state.initMarginChange)) != 0
        assert float(state.equityWithLoanBefore) - 5 == pytest.approx(float(state.equityWithLoanAfter))
        assert not desk.world.exchange.orders.open() and not desk.books.executions


async def test_a_preview_of_an_order_that_makes_no_sense_ends_with_the_reason() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        asked = trader.ib.whatIfOrderAsync(trader.stock, library.LimitOrder("BUY", 10, 1.005))
        assert await asyncio.wait_for(asked, PATIENCE) == [] and trader.codes()[-1] == 110


async def test_an_order_beyond_the_accounts_means_is_rejected() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        trade = await trader.place("Market", "BUY", 1_000_000)
        assert trader.codes()[-1] == 201 and trade.orderStatus.status == "Cancelled"


@pytest.mark.parametrize(
    ("contract", "order", "code"),
    [
        (Stock("NOPE", "SMART", "USD"), library.MarketOrder("BUY", 1), 200),
        (Contract(secType="BAG", symbol="AAPL", exchange="SMART", currency="USD"), library.MarketOrder("BUY", 1), 200),
        (Stock("AAPL", "SMART", "USD"), library.Order(action="BUY", totalQuantity=1, orderType="TRAIL"), 387),
        (Stock("AAPL", "SMART", "USD"), library.MarketOrder("BUY", 1, tif="OPG"), 201),
        (Stock("AAPL", "SMART", "USD"), library.MarketOrder("HOLD", 1), 201),
        (Stock("AAPL", "SMART", "USD"), library.MarketOrder("BUY", 1, account="U0"), 321),
    ],
)
async def test_what_cannot_be_traded_is_said(contract: object, order: object, code: int) -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        trader.ib.placeOrder(contract, order)
        await trader.settle()
        assert trader.codes()[-1] == code and not desk.world.exchange.orders.open()


async def test_cancelling_an_order_that_is_not_there_is_said() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        trader.ib.client.cancelOrder(99, *([""] if trader.ib.client.serverVersion() >= 169 else []))
        await trader.settle()
        assert (trader.errors[-1][0], trader.codes()[-1]) == (99, 10147)


async def test_an_order_number_below_one_is_refused() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        trader.ib.client.placeOrder(-4, trader.stock, library.MarketOrder("BUY", 1))
        await trader.settle()
        assert (trader.errors[-1][0], trader.codes()[-1]) == (-4, 135)


async def test_orders_by_hand_are_nobodys_until_client_nought_binds_them() -> None:
    async with open_desk() as desk:
        owner = await desk.trader(0)
        owner.ib.client.reqAutoOpenOrders(False)
        await owner.settle()
        (listing,) = (each for each in desk.world.catalogue if each.symbol == "AAPL")
        desk.orders.place_by_hand(listing, Ticket("BUY", 100, "LMT", 1.0))
        await owner.live(0.5)
        assert owner.ib.openTrades() == []
        (seen,) = await owner.ib.reqOpenOrdersAsync()
        assert (seen.order.orderId, seen.order.clientId) == (0, 0) and seen.order.permId > 0


async def test_only_client_nought_may_bind_orders() -> None:
    async with open_desk() as desk:
        trader = await desk.trader(5)
        trader.ib.client.reqAutoOpenOrders(True)
        await trader.settle()
        assert trader.codes()[-1] == 321


async def test_clients_see_their_own_orders_and_on_request_all() -> None:
    async with open_desk() as desk:
        first, second = await desk.trader(1), await desk.trader(2)
        mine = await first.place("Limit", "BUY", 100, 1.0)
        await second.settle()
        assert second.heard == [] and await second.ib.reqOpenOrdersAsync() == []
        (seen,) = await second.ib.reqAllOpenOrdersAsync()
        assert (seen.order.permId, seen.order.clientId) == (mine.order.permId, 1)
        second.ib.reqGlobalCancel()
        await second.settle()
        await first.settle()
        assert mine.orderStatus.status == "Cancelled"


async def test_two_clients_may_use_the_same_order_id() -> None:
    async with open_desk() as desk:
        first, second = await desk.trader(1), await desk.trader(2)
        trades = [await each.place("Market", "BUY", 10, orderId=50) for each in (first, second)]
        assert [trade.filled() for trade in trades] == [10, 10]
        assert trades[0].order.permId != trades[1].order.permId


async def test_orders_outlive_their_clients_connection() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        placed = await trader.place("Limit", "BUY", 100, 1.0, orderRef="mine")
        perm_id, order_id = placed.order.permId, placed.order.orderId
        trader.ib.disconnect()
        again = await desk.trader()
        (trade,) = again.ib.openTrades()
        assert (trade.order.permId, trade.order.orderId, trade.order.orderRef) == (perm_id, order_id, "mine")
        trade.order.lmtPrice = 900.0
        again.ib.placeOrder(again.stock, trade.order)
        await again.settle()
        assert trade.orderStatus.status == "Filled"


async def test_order_ids_go_on_after_a_reconnect() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        for order_id in (500, 100):
            await trader.place("Market", "BUY", 10, orderId=order_id)
        trader.ib.disconnect()
        again = await desk.trader()
        assert (await again.place("Market", "BUY", 10)).order.orderId > 500


async def test_an_order_by_hand_is_client_noughts() -> None:
    async with open_desk() as desk:
        owner, other = await desk.trader(0), await desk.trader(5)
        (listing,) = (each for each in desk.world.catalogue if each.symbol == "AAPL")
        desk.orders.place_by_hand(listing, Ticket("BUY", 100, "LMT", 1.0))
        desk.orders.place_by_hand(listing, Ticket("BUY", 30))
        await owner.live(0.5)
        await other.settle()
        assert "fill 30" in owner.heard and other.heard == []
        (trade,) = owner.ib.openTrades()
        owner.ib.cancelOrder(trade.order)
        await owner.settle()
        assert trade.orderStatus.status == "Cancelled"
        assert [fill.execution.shares for fill in await other.ib.reqExecutionsAsync()] == [30]


async def test_orders_that_are_over_are_told_on_request() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        await trader.place("Market", "BUY", 100, orderRef="done")
        trader.ib.cancelOrder((await trader.place("Limit", "BUY", 5, 1.0)).order)
        filled, cancelled = await trader.ib.reqCompletedOrdersAsync(False)
        assert (filled.orderStatus.status, filled.order.filledQuantity, filled.order.orderRef) == (
            "Filled",
            100,
            "done",
        )
        assert (cancelled.orderStatus.status, cancelled.order.lmtPrice) == ("Cancelled", 1.0)


async def test_completed_orders_may_leave_out_those_by_hand() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        desk.orders.place_by_hand(next(iter(desk.world.catalogue)), Ticket("BUY", 30))
        assert len(await trader.ib.reqCompletedOrdersAsync(False)) == 1
        assert await trader.ib.reqCompletedOrdersAsync(True) == []


async def test_a_bracket_is_sent_as_one() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        bracket = trader.ib.bracketOrder("BUY", 100, 900.0, takeProfitPrice=950.0, stopLossPrice=1.0)
        trades = [trader.ib.placeOrder(trader.stock, order) for order in bracket]
        await trader.settle()
        assert [trade.orderStatus.status for trade in trades] == ["Filled", "Submitted", "PreSubmitted"]


async def test_nothing_fills_while_the_market_is_closed() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        desk.world.trouble.begin("closed")
        trade = await trader.place("Market", "BUY", 100)
        await trader.live(1)
        assert trade.orderStatus.status == "PreSubmitted"
        desk.world.trouble.end("closed")
        await trader.live(0.5)
        assert trade.orderStatus.status == "Filled"
