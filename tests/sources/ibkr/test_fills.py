"""Every execution once on the dashboard, whatever happens on the way."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from tests.fast_loop import fast
from tests.ibkr_client import library, started
from tests.sources.ibkr.desk import Desk, trading_desk
from tradestream_nb.clock import now
from tradestream_nb.errors import SourceError
from tradestream_nb.events import Signal
from tradestream_nb.messages import TradeExecuted
from tradestream_nb.sim.tws.faults import Disconnect, Drop, Executions
from tradestream_nb.sim.tws.trouble import ExecutionTrouble

DEEP = {"depth": 1e9}
"""A market in which every order is filled at once and whole."""


async def order(ib: Any, desk: Desk, side: str = "BUY", symbol: str = "AAPL", quantity: float = 10) -> None:
    """Trade at the market with the broker's own object, until the exchange has filled it all."""
    traded = shares(desk)
    (details,) = await ib.reqContractDetailsAsync(library.Stock(symbol, "SMART", "USD"))
    ib.placeOrder(details.contract, library.MarketOrder(side, quantity))
    await desk.until(lambda: shares(desk) == traded + quantity)


def shares(desk: Desk) -> float:
    return sum(quantity for _, quantity, _ in counted(desk))


def differs(desk: Desk, before: dict[str, float] | None) -> bool:
    return line(desk) not in (None, before)


def line(desk: Desk) -> dict[str, float] | None:
    """The position in AAPL as the dashboard knows it."""
    updates = desk.sent("portfolio_update")
    found: dict[str, float] | None = updates[-1]["data"]["positions"].get("AAPL") if updates else None
    return found


def counted(desk: Desk) -> set[tuple[str, float, float]]:
    """The trades that count in the exchange's own books."""
    executions = desk.tws.world.exchange.books["DU1234567"].executions.values()
    return {(each.exec_id, each.shares, each.price) for each in executions}


def told(desk: Desk) -> set[tuple[str, float, float]]:
    """The trades that count for the dashboard: what it was sent, less what was corrected."""
    trades = desk.sent("trade_executed")
    replaced = {trade["corrects"] for trade in trades}
    return {(each["id"], each["quantity"], each["price"]) for each in trades if each["id"] not in replaced}


async def agreed(desk: Desk) -> None:
    """Wait until the dashboard knows exactly what the exchange does, and no trade was sent twice."""
    await desk.until(lambda: counted(desk) and told(desk) == counted(desk))
    await asyncio.sleep(0.3)
    assert told(desk) == counted(desk)
    ids = [trade["id"] for trade in desk.sent("trade_executed")]
    assert len(ids) == len(set(ids))


@fast
async def test_an_execution_is_sent_once_with_its_commission() -> None:
    async with trading_desk(DEEP, readonly="no") as desk:
        await desk.prices_move("AAPL")
        await order(desk.source.ib, desk)
        await agreed(desk)
        (trade,) = desk.sent("trade_executed")
        assert (trade["symbol"], trade["side"], trade["quantity"], trade["account"]) == (
            "AAPL",
            "BUY",
            10.0,
            "DU1234567",
        )
        assert trade["commission"] == 1.0


@fast
async def test_every_part_of_an_order_that_is_filled_in_parts_is_sent() -> None:
    async with trading_desk({"depth": 100.0}, readonly="no") as desk:
        await desk.prices_move("AAPL")
        await order(desk.source.ib, desk, quantity=350)
        await agreed(desk)
        assert len(desk.sent("trade_executed")) > 1


@pytest.mark.parametrize("wrong", ["late", "duplicate", "corrected", "commission_first"])
@fast
async def test_reports_that_go_wrong_are_put_right(wrong: ExecutionTrouble) -> None:
    async with trading_desk(DEEP, readonly="no") as desk:
        await desk.prices_move("AAPL")
        desk.tws.strike(Executions(wrong=wrong, seconds=0.5))
        await order(desk.source.ib, desk)
        await order(desk.source.ib, desk, symbol="MSFT")
        if wrong == "corrected":
            await desk.until(lambda: any(trade["corrects"] for trade in desk.sent("trade_executed")))
        await agreed(desk)
        assert all(trade["commission"] == 1.0 for trade in desk.sent("trade_executed"))


@fast
async def test_what_was_executed_while_the_connection_was_down_is_recovered() -> None:
    async with trading_desk(DEEP, readonly="no") as desk, started(desk.tws.port, client_id=9) as other:
        await desk.prices_move("AAPL")
        await order(desk.source.ib, desk)
        await agreed(desk)
        desk.tws.strike(Drop(client=7))
        await order(other.ib, desk, symbol="MSFT")
        await agreed(desk)
        assert [trade["symbol"] for trade in desk.sent("trade_executed")] == ["AAPL", "MSFT"]


@fast
async def test_the_same_executions_at_every_reconnection_are_sent_once() -> None:
    async with trading_desk(DEEP, readonly="no") as desk:
        for _ in range(3):
            await desk.prices_move("AAPL")
            await order(desk.source.ib, desk)
            desk.tws.strike(Drop())
            await desk.until(lambda: not desk.source.connection.is_open)
            await desk.prices_move("AAPL")
        await agreed(desk)
        assert len(desk.sent("trade_executed")) == 3


@fast
async def test_what_other_programs_execute_is_found_by_asking() -> None:
    async with trading_desk(DEEP, fills_every=1.0) as desk, started(desk.tws.port, client_id=9) as other:
        await desk.prices_move("AAPL")
        await order(other.ib, desk)
        await agreed(desk)


@fast
async def test_what_was_executed_while_tws_was_cut_off_is_recovered() -> None:
    async with trading_desk(DEEP, readonly="no") as desk:
        await desk.prices_move("AAPL")
        contract = desk.source.feeds.instruments.named("AAPL")
        assert contract is not None
        desk.tws.strike(Disconnect(seconds=1.0))
        desk.source.ib.placeOrder(contract.contract, library.MarketOrder("BUY", 10))
        await agreed(desk)


@fast
async def test_a_position_that_was_closed_while_nobody_told_is_gone() -> None:
    async with trading_desk(DEEP, readonly="no") as desk, started(desk.tws.port, client_id=9) as other:
        await desk.prices_move("AAPL")
        await order(desk.source.ib, desk)
        await desk.until(lambda: line(desk))
        desk.tws.strike(Drop(client=7))
        await order(other.ib, desk, "SELL")
        await desk.until(lambda: line(desk) is None)


@fast
async def test_the_portfolio_can_be_asked_for_instead() -> None:
    async with trading_desk(DEEP, readonly="no", poll=0.5) as desk:
        await desk.prices_move("AAPL")
        await order(desk.source.ib, desk)
        await desk.until(lambda: line(desk))


@fast
async def test_profit_and_loss_moves_with_the_price() -> None:
    async with trading_desk(DEEP, readonly="no") as desk:
        await desk.prices_move("AAPL")
        await order(desk.source.ib, desk, quantity=500)
        for _ in range(3):
            await desk.until(partial(differs, desk, line(desk)))
        held = line(desk)
        assert held is not None
        worth = (held["market_price"] - held["average_price"]) * 500
        assert held["unrealized_pnl"] == pytest.approx(worth, abs=0.5)


@fast
async def test_a_read_only_source_lets_no_order_through() -> None:
    async with trading_desk(DEEP) as desk:
        await desk.prices_move("AAPL")
        with pytest.raises(SourceError, match="read-only; open it with readonly=no"):
            desk.source.ib.placeOrder(library.Stock("AAPL", "SMART", "USD"), library.MarketOrder("BUY", 1))


@fast
async def test_trading_the_signals_needs_the_word_that_lets_orders_through() -> None:
    with pytest.raises(SourceError, match="add readonly=no to let --auto-trade send orders"):
        async with trading_desk(DEEP, auto_trade=True):
            pass


@fast
async def test_signals_become_orders_within_the_position_that_is_allowed() -> None:
    async with trading_desk(DEEP, auto_trade=True, readonly="no") as desk:
        await desk.prices_move("AAPL")
        for _ in range(3):
            desk.manager.inject(Signal("AAPL", "BUY", 190.0, quantity=400.0, ts=now()))
        await desk.until(lambda: sum(trade["quantity"] for trade in desk.sent("trade_executed")) == 1000.0)
        await agreed(desk)
        assert isinstance(desk.manager.hub.messages("trades")[0], TradeExecuted)


@fast
async def test_a_signal_that_cannot_be_followed_is_told_with_the_reason() -> None:
    world = {"accounts": ("DU1", "DU2")} | DEEP
    async with trading_desk(world, auto_trade=True, readonly="no") as desk:
        await desk.prices_move("AAPL")
        desk.manager.inject(Signal("AAPL", "BUY", 190.0, quantity=1.0, ts=now()))
        await desk.until(lambda: desk.state("ibkr AAPL") == "failing")
        assert "the accounts DU1, DU2; choose one with account=" in desk.health("ibkr AAPL")[-1][1]


@fast
async def test_only_the_account_that_was_chosen_is_told_of() -> None:
    world = {"accounts": ("DU1", "DU2")} | DEEP
    async with trading_desk(world, auto_trade=True, readonly="no", account="DU2") as desk:
        await desk.prices_move("AAPL")
        desk.manager.inject(Signal("AAPL", "BUY", 190.0, quantity=5.0, ts=now()))
        await desk.until(lambda: line(desk))
        assert {frame["data"]["account"] for frame in desk.sent("portfolio_update")} == {"DU2"}
        assert [trade["account"] for trade in desk.sent("trade_executed")] == ["DU2"]
