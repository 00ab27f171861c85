"""An account's books and the figures made of them."""

from __future__ import annotations

import pytest

from tests.sim.exchanges import AAPL, ES, JPY, opened, quoted
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.account_values import account_values, summary_values
from tradestream_nb.sim.books import Books, Pnl
from tradestream_nb.sim.orders import Ticket


def traded() -> Books:
    exchange = opened(depth=1000)
    exchange.place(7, 1, AAPL, Ticket("BUY", 100), SECOND)
    exchange.place(7, 2, ES, Ticket("SELL", 2), SECOND)
    quoted(exchange, 110.0, AAPL)
    return exchange.books["DU1234567"]


def test_a_position_costs_its_price_and_its_commission() -> None:
    assert traded().positions[1].average_price == pytest.approx(100.02)


def test_a_futures_multiplier_counts_in_the_money() -> None:
    books = traded()
    assert books.value(3) == -10_000
    assert books.pnl_of(3).unrealized == pytest.approx(-0.01 * 50 * 2 - 4.5)


def test_money_of_another_currency_is_converted() -> None:
    exchange = opened(150.0, depth=100_000)
    exchange.place(7, 1, JPY, Ticket("BUY", 15_000), SECOND)
    books = exchange.books["DU1234567"]
    assert books.value(4) == pytest.approx(15_000) and books.cash == pytest.approx(1_000_000 - 15_001 - 2)
    assert books.commissions.popitem()[1].currency == "USD"


def test_pnl_of_the_account_is_that_of_its_contracts() -> None:
    books = traded()
    parts = [books.pnl_of(con_id) for con_id in books.positions]
    assert books.pnl.daily == pytest.approx(sum(part.daily for part in parts))
    assert books.pnl.unrealized == pytest.approx(sum(part.unrealized for part in parts))


def test_an_account_that_never_traded_has_nothing() -> None:
    books = Books("DU1", 500.0)
    assert (books.equity, books.cash, books.pnl, books.pnl_of(1)) == (500, 500, Pnl(0, 0, 0), Pnl(0, 0, 0))
    assert not books.positions and not books.executions


def test_a_closed_position_stays_in_the_books_for_its_realized_pnl() -> None:
    exchange = opened(depth=1000)
    exchange.place(7, 1, AAPL, Ticket("BUY", 100), SECOND)
    exchange.place(7, 2, AAPL, Ticket("SELL", 100), SECOND)
    books = exchange.books["DU1234567"]
    assert books.positions == {} and books.realized(1) == pytest.approx(-4)
    assert books.margins() == (0, 0)


def test_a_correction_changes_the_days_pnl_and_no_commission_told_before() -> None:
    exchange = opened(depth=1000)
    exchange.place(7, 1, AAPL, Ticket("BUY", 100), SECOND)
    exchange.place(7, 2, AAPL, Ticket("SELL", 900), SECOND)
    books = exchange.books["DU1234567"]
    first, second = books.executions
    told, equity = books.commissions[second], books.equity
    exchange.close_day(SECOND)
    exchange.correct(first, 90.01)
    assert books.pnl.daily == pytest.approx(1000) == pytest.approx(books.equity - equity)
    assert books.commissions[second] == told


def test_account_values_agree_with_the_books() -> None:
    books = traded()
    values = {(value.tag, value.currency): value.value for value in account_values(books)}
    assert values["NetLiquidation", "USD"] == f"{books.equity:.2f}" == values["NetLiquidationByCurrency", "BASE"]
    assert values["TotalCashValue", "USD"] == f"{books.cash:.2f}"
    assert values["UnrealizedPnL", "BASE"] == f"{books.pnl.unrealized:.2f}"
    assert values["GrossPositionValue", "USD"] == f"{11_000 + 10_000:.2f}"
    assert values["AccountCode", ""] == "DU1234567" and values["Currency", "USD"] == "USD"


def test_every_value_has_a_tag_and_currency_of_its_own() -> None:
    names = [(value.tag, value.currency) for value in account_values(traded())]
    assert len(set(names)) == len(names)


def test_a_summary_has_the_tags_it_was_asked_for() -> None:
    books = traded()
    assert [value.tag for value in summary_values(books, "NetLiquidation, BuyingPower,Nonsense")] == [
        "NetLiquidation",
        "BuyingPower",
    ]
    assert {value.currency for value in summary_values(books, "$LEDGER:ALL")} == {"BASE", "USD"}
    assert len(summary_values(books, "All")) > 15
