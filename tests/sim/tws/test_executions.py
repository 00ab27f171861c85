"""Executions as real clients hear of them, also when something goes wrong with the reports."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ibkr_client import library
from tests.sim.tws.desk import Desk, Trader, open_desk
from tradestream_nb.sim.books import Books
from tradestream_nb.sim.orders import Ticket
from tradestream_nb.sim.tws.faults import Disconnect, Drop, Executions
from tradestream_nb.sim.tws.fields import UNSET


def told(fills: list[Any]) -> dict[str, tuple[str, float, float]]:
    """What a client knows of executions, in the words of the books."""
    sides = {"BOT": "BUY", "SLD": "SELL"}
    ours = [fill.execution for fill in fills]
    return {each.execId: (sides[each.side], each.shares, each.price) for each in ours}


def booked(books: Books) -> dict[str, tuple[str, float, float]]:
    """What the books know of executions, those corrected later too."""
    return {each.exec_id: (each.side, each.shares, each.price) for each in books.reported}


async def filtered(trader: Trader, **wanted: Any) -> list[float]:
    """The sizes of the executions that pass a filter."""
    fills = await trader.ib.reqExecutionsAsync(library.ExecutionFilter(**wanted))
    return [fill.execution.shares for fill in fills]


def spied_on(trader: Trader, reply: int) -> list[list[str]]:
    """Every message of one kind that the client is sent from now on, before the library makes anything of it."""
    decoder, messages = trader.ib.client.decoder, list[list[str]]()
    take_in = decoder.handlers[reply]

    def spy(fields: list[str]) -> None:
        messages.append(fields)
        take_in(fields)

    decoder.handlers[reply] = spy
    return messages


async def test_the_books_equal_what_the_client_was_told() -> None:
    async with open_desk(depth=None) as desk:
        trader = await desk.trader()
        for number in range(8):
            await trader.place("Market", "BUY" if number % 3 else "SELL", 100 * number + 250)
            await trader.live(2)
        assert told(trader.ib.fills()) == booked(desk.books) != {}
        amounts = {fill.execution.execId: fill.commissionReport.commission for fill in trader.ib.fills()}
        assert amounts == {exec_id: each.amount for exec_id, each in desk.books.commissions.items()}
        held = {position.contract.conId: position.position for position in trader.ib.positions()}
        assert held == {con_id: holding.quantity for con_id, holding in desk.books.positions.items()}


async def test_the_realized_pnl_comes_with_the_trade_that_closes() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        await trader.place("Market", "BUY", 100)
        await trader.live(1)
        closed = await trader.place("Market", "SELL", 100)
        report = closed.fills[0].commissionReport
        assert report.realizedPNL == pytest.approx(desk.books.pnl.realized) != 0


async def test_executions_pass_the_filter_they_are_asked_with() -> None:
    async with open_desk() as desk:
        first, second = await desk.trader(1), await desk.trader(2)
        await first.place("Market", "BUY", 10)
        await first.live(60)
        await first.place("Market", "SELL", 20)
        await second.place("Market", "BUY", 30)
        assert await filtered(second) == [10, 20, 30]
        assert await filtered(second, clientId=1) == [10, 20]
        assert await filtered(second, side="SELL") == await filtered(second, side="SLD") == [20]
        assert await filtered(second, symbol="aapl", secType="STK", exchange="NASDAQ") == [10, 20, 30]
        assert await filtered(second, symbol="MSFT") == await filtered(second, acctCode="U0") == []
        assert await filtered(second, time="20260105-14:30:30") == [20, 30]
        assert await filtered(second, time="20260105 09:30:30 US/Eastern") == [20, 30]
        assert await filtered(second, time="20260106 00:00:00") == []


async def test_a_time_that_is_none_is_said() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        trader.ib.client.reqExecutions(9, library.ExecutionFilter(time="yesterday"))
        await trader.settle()
        assert trader.errors[-1][:2] == (9, 321)


async def test_what_filled_while_the_client_was_away_is_there_when_it_returns() -> None:
    async with open_desk(depth=40.0) as desk:
        trader = await desk.trader()
        await trader.place("Market", "BUY", 100)
        desk.tws.strike(Drop())
        await desk.tws.advance(2)
        again = await desk.trader()
        assert told(again.ib.fills()) == booked(desk.books)
        assert [fill.execution.shares for fill in again.ib.fills()] == [40, 40, 20]


async def test_what_fills_after_a_reconnect_goes_to_the_new_connection() -> None:
    async with open_desk(depth=40.0) as desk:
        trader = await desk.trader()
        await trader.place("Market", "BUY", 100)
        trader.ib.disconnect()
        again = await desk.trader()
        await again.live(1)
        assert again.heard[-4:] == ["commission", "fill 20", "Filled", "commission"]


async def test_executions_wait_while_ibs_servers_cannot_be_reached() -> None:
    async with open_desk(depth=40.0) as desk:
        trader = await desk.trader()
        await trader.place("Market", "BUY", 60)
        desk.tws.strike(Disconnect(seconds=5))
        await trader.live(4)
        assert "fill 20" not in trader.heard
        await trader.live(2)
        assert trader.heard[-3:] == ["fill 20", "Filled", "commission"]


async def spoiled(desk: Desk, wrong: Any, seconds: float = 0.0) -> tuple[Trader, Any]:
    """A client whose next execution is reported wrongly, and the order that it is of."""
    trader = await desk.trader()
    desk.tws.strike(Executions(wrong=wrong, seconds=seconds))
    return trader, await trader.place("Market", "BUY", 100)


async def test_a_late_execution_comes_after_its_orders_end() -> None:
    async with open_desk() as desk:
        trader, trade = await spoiled(desk, "late", 5)
        assert trade.orderStatus.status == "Filled" and not trade.fills
        await trader.live(6)
        assert trader.heard[-3:] == ["Filled", "fill 100", "commission"]


async def test_a_late_execution_finds_the_client_where_it_is_by_then() -> None:
    async with open_desk() as desk:
        trader, _ = await spoiled(desk, "late", 5)
        trader.ib.disconnect()
        again = await desk.trader()
        await again.live(6)
        assert told(again.ib.fills()) == booked(desk.books)


async def test_a_duplicate_execution_is_sent_twice() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        reports = spied_on(trader, 11)
        desk.tws.strike(Executions(wrong="duplicate", seconds=0.25))
        await trader.place("Market", "BUY", 100)
        await trader.live(0.5)
        assert len(reports) == 2 and reports[0] == reports[1] and len(trader.ib.fills()) == 1


async def test_a_corrected_execution_has_the_next_id_and_another_price() -> None:
    async with open_desk() as desk:
        trader, trade = await spoiled(desk, "corrected", 1)
        await trader.live(2)
        first, second = (fill.execution for fill in trade.fills)
        assert second.execId == first.execId[:-1] + "2"
        assert second.price == pytest.approx(first.price - 0.01) and second.shares == first.shares
        assert list(desk.books.executions) == [second.execId]
        assert trade.orderStatus.avgFillPrice == pytest.approx(second.price)
        assert trader.ib.positions()[0].avgCost == pytest.approx(second.price + 0.01)


async def test_a_commission_may_come_before_its_execution() -> None:
    async with open_desk() as desk:
        trader, trade = await spoiled(desk, "commission_first", 1)
        assert trader.heard[-1] == "Filled" and not trade.fills
        await trader.live(2)
        assert [fill.commissionReport.commission for fill in trade.fills] == [0.0]
        (fill,) = await trader.ib.reqExecutionsAsync()
        await trader.settle()
        assert trade.fills[0].commissionReport.commission == 1.0


async def test_only_the_executions_that_were_asked_for_go_wrong() -> None:
    async with open_desk() as desk:
        trader, _ = await spoiled(desk, "late", 60)
        await trader.place("Market", "BUY", 5)
        assert trader.heard[-3:] == ["fill 5", "Filled", "commission"]


async def test_a_correction_is_not_itself_spoiled() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        desk.tws.strike(Executions(wrong="corrected", seconds=1), Executions(wrong="late", seconds=60))
        await trader.place("Market", "BUY", 100)
        await trader.live(2)
        assert len(trader.ib.fills()) == 2
        late = await trader.place("Market", "BUY", 5)
        assert late.orderStatus.status == "Filled" and not late.fills


async def test_an_execution_that_nobody_hears_of_leaves_the_fault_to_the_next() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        desk.tws.strike(Executions(wrong="late", seconds=60))
        desk.orders.place_by_hand(next(iter(desk.world.catalogue)), Ticket("BUY", 30))
        assert not (await trader.place("Market", "BUY", 5)).fills


async def test_a_trade_that_closes_nothing_has_a_realized_pnl_that_is_not_set() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        reports = spied_on(trader, 59)
        await trader.place("Market", "BUY", 100)
        assert [float(report[5]) for report in reports] == [UNSET]


async def test_an_execution_by_hand_carries_no_order_id() -> None:
    async with open_desk() as desk:
        trader = await desk.trader()
        desk.orders.place_by_hand(next(iter(desk.world.catalogue)), Ticket("BUY", 30))
        (fill,) = await trader.ib.reqExecutionsAsync()
        assert (fill.execution.orderId, fill.execution.clientId, fill.execution.shares) == (0, 0, 30)
