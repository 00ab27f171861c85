"""Positions and money, from what the broker tells piece by piece."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tradestream_nb.events import AccountSnapshot, Position
from tradestream_nb.sources.ibkr.holdings import Holdings

UNSET = 1.7976931348623157e308
AAPL = SimpleNamespace(symbol="AAPL", secType="STK", currency="USD", localSymbol="AAPL", multiplier="")
ES = SimpleNamespace(symbol="ES", secType="FUT", currency="USD", localSymbol="ESZ6", multiplier="50")


def item(contract: Any = AAPL, position: float = 10.0, **fields: Any) -> SimpleNamespace:
    about: dict[str, Any] = {
        "marketPrice": 191.0,
        "averageCost": 190.0,
        "unrealizedPNL": 10.0,
        "realizedPNL": 0.0,
        "account": "DU1",
    }
    return SimpleNamespace(contract=contract, position=position, **about | fields)


def single(**fields: Any) -> SimpleNamespace:
    about: dict[str, Any] = {"position": 10.0, "unrealizedPnL": 20.0, "realizedPnL": UNSET, "value": 1920.0}
    return SimpleNamespace(**about | fields)


def test_a_position_is_told_when_it_changes_and_only_then() -> None:
    holdings = Holdings()
    position = Position("AAPL", 10.0, 190.0, 191.0, 10.0, 0.0, "DU1", 5)
    assert holdings.valued(item(), 5) == position
    assert holdings.valued(item(), 6) is None
    assert holdings.held("DU1", AAPL, 10.0, 190.0, 7) is None


def test_a_position_that_is_told_without_a_price_keeps_the_one_it_had() -> None:
    holdings = Holdings()
    holdings.valued(item(), 5)
    assert holdings.held("DU1", AAPL, 15.0, 190.5, 6) == Position("AAPL", 15.0, 190.5, 191.0, None, 0.0, "DU1", 6)


def test_a_position_that_was_never_open_is_no_news_and_a_closed_one_is_told_once() -> None:
    holdings = Holdings()
    assert holdings.held("DU1", AAPL, 0.0, 0.0, 4) is None
    holdings.valued(item(), 5)
    closed = holdings.held("DU1", AAPL, 0.0, 0.0, 6)
    assert closed is not None and closed.quantity == 0.0
    assert holdings.held("DU1", AAPL, 0.0, 0.0, 7) is holdings.valued(item(position=0.0), 8) is None


def test_the_cost_of_a_future_is_told_per_unit() -> None:
    holdings = Holdings()
    position = holdings.held("DU1", ES, 2.0, 250_000.0, 5)
    assert position is not None and (position.symbol, position.average_price) == ("ESZ6", 5000.0)


def test_what_is_unset_is_left_as_it_was() -> None:
    holdings = Holdings()
    holdings.valued(item(realizedPNL=3.0), 5)
    moved = holdings.earned("DU1", "AAPL", single(), 1.0, 6)
    assert moved is not None
    assert (moved.unrealized_pnl, moved.realized_pnl, moved.market_price) == (20.0, 3.0, 192.0)
    assert holdings.earned("DU1", "AAPL", single(unrealizedPnL=UNSET), 1.0, 7) is None


def test_profit_of_another_quantity_is_about_another_position() -> None:
    holdings = Holdings()
    holdings.valued(item(), 5)
    assert holdings.earned("DU1", "AAPL", single(position=9.0), 1.0, 6) is None


def test_what_the_broker_no_longer_holds_is_closed() -> None:
    holdings = Holdings()
    holdings.valued(item(), 5)
    holdings.held("DU1", ES, 2.0, 250_000.0, 5)
    (closed,) = holdings.missing({("DU1", "ESZ6")}, 6)
    assert (closed.symbol, closed.quantity) == ("AAPL", 0.0)
    assert holdings.missing({("DU1", "ESZ6")}, 7) == []


def test_an_account_is_told_when_its_figures_are_together() -> None:
    holdings = Holdings()
    holdings.note("DU1", "NetLiquidation", "1000.5", "EUR")
    assert holdings.snapshots(5) == []
    holdings.note("DU1", "TotalCashValue", "900", "EUR")
    holdings.note("DU1", "RealizedPnL", UNSET, "BASE")
    holdings.note("DU1", "RealizedPnL", "-7", "USD")
    holdings.note("DU1", "Leverage", "1.2", "")
    assert holdings.snapshots(6) == [AccountSnapshot("DU1", 1000.5, 900.0, 0.0, "EUR", 6)]
    assert holdings.snapshots(7) == []
    holdings.realized("DU1", -2.0)
    assert [each.realized_pnl for each in holdings.snapshots(8)] == [-2.0]
