"""The money of one account."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.sim.ledger import Ledger

trades = st.lists(
    st.tuples(
        st.sampled_from(["A", "B"]),
        st.integers(-300, 300).filter(bool),
        st.integers(1, 500),
        st.integers(0, 20),
    ),
    max_size=40,
)
FACTORS = {"A": 1.0, "B": 50.0}


def book(taken: list[tuple[str, int, int, int]], *, net: bool = False) -> Ledger[str]:
    ledger = Ledger[str](5_000.0, net=net)
    for key, quantity, price, commission in taken:
        ledger.trade(key, quantity, price, commission, factor=FACTORS[key])
        ledger.mark(key, price + 1)
    return ledger


@given(trades)
def test_equity_is_what_the_price_moves_made_less_the_commissions(taken: list[tuple[str, int, int, int]]) -> None:
    ledger = book(taken)
    made = sum(quantity * (ledger.price(key) - price) * FACTORS[key] for key, quantity, price, _ in taken)
    assert ledger.equity == pytest.approx(5_000.0 + made - ledger.commissions, abs=1e-4)


@given(trades)
def test_pnl_is_what_equity_gained_before_commissions(taken: list[tuple[str, int, int, int]]) -> None:
    ledger = book(taken)
    gained = ledger.equity - 5_000.0 + ledger.commissions
    assert ledger.realized_pnl + ledger.unrealized_pnl == pytest.approx(gained, abs=1e-4)


@given(trades)
def test_net_pnl_is_what_equity_gained(taken: list[tuple[str, int, int, int]]) -> None:
    ledger = book(taken, net=True)
    assert ledger.realized_pnl + ledger.unrealized_pnl == pytest.approx(ledger.equity - 5_000.0, abs=1e-4)


@given(trades)
def test_what_each_trade_realizes_adds_up(taken: list[tuple[str, int, int, int]]) -> None:
    ledger = Ledger[str](0.0, net=True)
    parts = [ledger.trade(key, quantity, price, cost, factor=FACTORS[key]) for key, quantity, price, cost in taken]
    assert sum(parts) == pytest.approx(ledger.realized_pnl, abs=1e-4)


def test_a_commission_raises_the_net_cost_and_lowers_what_a_sale_realizes() -> None:
    ledger = Ledger[str](0.0, net=True)
    assert ledger.trade("A", 100, 10.0, 1.0) == 0
    assert ledger.holding("A").average_price == pytest.approx(10.01)
    assert ledger.trade("A", -100, 12.0, 1.0) == pytest.approx(198.0)
    assert ledger.positions == {} and ledger.value("A") == 0


def test_what_was_never_traded_is_not_held() -> None:
    assert book([]).holding("A").quantity == 0 and book([]).value("A") == 0
