"""The account as a whole, sent when something in it changes."""

from __future__ import annotations

import pytest

from handlers.portfolio import line_of, portfolio
from tradestream_nb import AccountSnapshot, PortfolioUpdate, Position, PositionLine

LONG = Position("AAPL", 100.0, 10.0, 11.0, account="DU1", ts=5)
LONG_LINE = PositionLine("AAPL", 100.0, 10.0, 11.0, 100.0, 10.0)
HELD = PortfolioUpdate("DU1", {"AAPL": LONG_LINE}, 100.0, 10.0, ts=5)


def test_a_first_position_is_a_portfolio() -> None:
    assert portfolio(LONG, None) == (HELD, [HELD])


def test_the_same_again_is_not_sent() -> None:
    later = Position("AAPL", 100.0, 10.0, 11.0, account="DU1", ts=9)
    assert portfolio(later, HELD) == (HELD, [])


def test_totals_are_over_all_positions_and_per_cent_of_their_cost() -> None:
    short = Position("IBM", -10.0, 100.0, 105.0, account="DU1", ts=6)
    state, [update] = portfolio(short, HELD)
    assert state == update
    assert list(update.positions) == ["AAPL", "IBM"]
    assert update.positions["IBM"] == PositionLine("IBM", -10.0, 100.0, 105.0, -50.0, -5.0)
    assert (update.total_pnl, update.total_pnl_pct, update.ts) == (50.0, 2.5, 6)


def test_a_part_of_it_is_what_a_portfolio_of_that_part_is() -> None:
    _, [update] = portfolio(Position("IBM", -3.0, 100.0, 105.3, account="DU1", ts=5), HELD)
    assert update.only(["AAPL", "IBM"]) == update
    assert update.only(["AAPL"]) == HELD


def test_a_closed_position_leaves_the_portfolio() -> None:
    closed = Position("AAPL", 0.0, 0.0, 11.0, account="DU1", ts=9)
    state, [update] = portfolio(closed, HELD)
    assert state == update == PortfolioUpdate("DU1", {}, 0.0, 0.0, ts=9)
    assert portfolio(closed, update) == (update, [])


def test_the_portfolio_before_is_left_as_it_was() -> None:
    before = dict(HELD.positions)
    portfolio(Position("AAPL", 0.0, 0.0, account="DU1"), HELD)
    portfolio(Position("IBM", 1.0, 1.0, account="DU1"), HELD)
    assert HELD.positions == before


def test_money_is_added_and_the_positions_stay() -> None:
    money = AccountSnapshot("DU1", 1100.0, 0.0, 7.0, ts=8)
    state, [update] = portfolio(money, HELD)
    assert (update.equity, update.cash, update.realized_pnl, update.ts) == (1100.0, 0.0, 7.0, 8)
    assert update.positions == HELD.positions
    assert portfolio(AccountSnapshot("DU1", 1100.0, 0.0, 7.0, ts=9), state) == (state, [])


def test_an_account_that_holds_nothing_says_so_once() -> None:
    state, [update] = portfolio(AccountSnapshot("DU1", 50.0, 50.0, ts=1), None)
    assert (update.positions, update.total_pnl, update.equity) == ({}, 0.0, 50.0)
    assert portfolio(AccountSnapshot("DU1", 50.0, 50.0, ts=2), state) == (state, [])


def test_the_brokers_own_profit_is_taken_where_it_gives_one() -> None:
    assert line_of(Position("AAPL", 100.0, 10.0, 11.0, 42.0)).unrealized_pnl == 42.0


@pytest.mark.parametrize("market", [None, 10.0])
def test_without_a_market_price_there_is_no_profit_yet(market: float | None) -> None:
    assert line_of(Position("AAPL", 100.0, 10.0, market)) == PositionLine("AAPL", 100.0, 10.0, 10.0, 0.0, 0.0)


def test_a_position_that_cost_nothing_has_no_per_cent() -> None:
    assert line_of(Position("GIFT", 10.0, 0.0, 5.0)) == PositionLine("GIFT", 10.0, 0.0, 5.0, 50.0, 0.0)
