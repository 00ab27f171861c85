"""Average-cost accounting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.sim.holding import Holding

prices = st.integers(1, 100_000).map(lambda cents: cents / 100)
quantities = st.integers(-1000, 1000).filter(bool)
trades = st.lists(st.tuples(quantities, prices), min_size=1, max_size=30)


def test_more_of_the_same_side_moves_the_average() -> None:
    assert Holding().trade(100, 10).trade(100, 20) == Holding(200, 15)


def test_selling_part_realizes_against_the_average() -> None:
    assert Holding(200, 15).trade(-50, 17) == Holding(150, 15, 100)


def test_covering_a_short_below_its_price_is_a_profit() -> None:
    assert Holding().trade(-100, 20).trade(100, 18) == Holding(0, 0, 200)


def test_going_through_zero_starts_anew_at_the_price() -> None:
    assert Holding(100, 10).trade(-150, 12) == Holding(-50, 12, 200)


def test_fractions_that_add_up_to_nothing_close_the_holding() -> None:
    assert Holding().trade(0.1, 10).trade(0.2, 10).trade(-0.3, 10).quantity == 0


@given(trades, prices)
def test_total_pnl_is_worth_minus_cost(done: list[tuple[int, float]], price: float) -> None:
    holding = Holding()
    for quantity, paid in done:
        holding = holding.trade(quantity, paid)
    cost = sum(quantity * paid for quantity, paid in done)
    assert holding.quantity == sum(quantity for quantity, _ in done)
    assert holding.realized_pnl + holding.unrealized(price) == pytest.approx(holding.quantity * price - cost, abs=1e-3)


@given(trades)
def test_the_average_price_lies_between_what_was_paid(done: list[tuple[int, float]]) -> None:
    holding = Holding()
    for quantity, paid in done:
        holding = holding.trade(quantity, paid)
    paid_prices = [paid for _, paid in done]
    assert not holding.quantity or min(paid_prices) - 1e-6 <= holding.average_price <= max(paid_prices) + 1e-6
