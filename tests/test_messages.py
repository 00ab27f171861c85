"""What a message works out of itself."""

from __future__ import annotations

from tradestream_nb.messages import PortfolioUpdate, PositionLine

LONG = PositionLine("AAPL", 100.0, 10.0, 11.0, 100.0, 10.0)
SHORT = PositionLine("IBM", -10.0, 100.0, 105.0, -50.0, -5.0)
MONEY = PortfolioUpdate("DU1", {}, 0.0, realized_pnl=7.0, equity=1100.0, cash=-50.0, ts=5)


def test_positions_are_added_up_and_per_cent_of_what_they_cost_on_either_side() -> None:
    held = MONEY.with_positions({"AAPL": LONG, "IBM": SHORT})
    assert (held.positions, held.total_pnl, held.total_pnl_pct) == ({"AAPL": LONG, "IBM": SHORT}, 50.0, 2.5)


def test_other_positions_leave_the_money_and_the_portfolio_before_as_they_were() -> None:
    held = MONEY.with_positions({"AAPL": LONG})
    assert held == PortfolioUpdate("DU1", {"AAPL": LONG}, 100.0, 10.0, 7.0, 1100.0, -50.0, 5)
    assert held.with_positions({}) == MONEY
    assert held.positions == {"AAPL": LONG}


def test_positions_that_cost_nothing_have_no_per_cent() -> None:
    gift = PositionLine("GIFT", 10.0, 0.0, 5.0, 50.0, 0.0)
    held = MONEY.with_positions({"GIFT": gift})
    assert (held.total_pnl, held.total_pnl_pct) == (50.0, 0.0)


def test_profits_that_are_no_binary_fractions_add_up_to_round_figures() -> None:
    tenth = PositionLine("A", 1.0, 1.0, 1.1, 0.1, 10.0)
    held = MONEY.with_positions({"A": tenth, "B": tenth, "C": tenth})
    assert (held.total_pnl, held.total_pnl_pct) == (0.3, 10.0)


def test_a_part_is_the_account_with_these_positions() -> None:
    held = MONEY.with_positions({"AAPL": LONG, "IBM": SHORT})
    assert held.only(["IBM", "TSLA"]) == MONEY.with_positions({"IBM": SHORT})
