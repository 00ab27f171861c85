"""The paper account."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.clock import SECOND
from tradestream_nb.errors import UserError
from tradestream_nb.events import AccountSnapshot, Event, Fill, Position, Quote
from tradestream_nb.messages import SignalRaised
from tradestream_nb.sim.account import PaperAccount

QUOTE = Quote("AAPL", 10.0, 9.9, 10.1, ts=SECOND)
Step = tuple[str, str, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(["quote", "BUY", "SELL"]),
        st.sampled_from(["AAPL", "MSFT", "IBM"]),
        st.integers(1, 500),
        st.integers(-10 * SECOND, 10 * SECOND),
    ),
    max_size=60,
)


def kinds(events: list[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


def play(account: PaperAccount, taken: list[Step]) -> list[Event]:
    ts, events = 0, list[Event]()
    for action, symbol, number, gap in taken:
        ts += gap
        if action == "quote":
            events += account.on_event(Quote(symbol, number / 10, number / 10 - 0.1, number / 10 + 0.1, ts=ts))
        else:
            events += account.submit(symbol, "BUY" if action == "BUY" else "SELL", number, ts)
    return events


def test_a_buy_pays_the_ask_and_a_sale_gets_the_bid() -> None:
    account = PaperAccount()
    account.on_event(QUOTE)
    bought = account.submit("AAPL", "BUY", 400, ts=2 * SECOND)
    sold = account.submit("AAPL", "SELL", 100, ts=3 * SECOND)
    assert bought[0] == Fill("PAPER-000001", "AAPL", "BUY", 400, 10.1, 2.0, "PAPER", "1", 2 * SECOND)
    assert sold[0] == Fill("PAPER-000002", "AAPL", "SELL", 100, 9.9, 1.0, "PAPER", "2", 3 * SECOND)


@pytest.mark.parametrize(("bid", "ask"), [(None, None), (-1.0, -1.0), (0.0, 0.0), (float("nan"), float("nan"))])
def test_a_quote_without_sides_fills_at_the_last_price(bid: float | None, ask: float | None) -> None:
    account = PaperAccount()
    account.on_event(Quote("AAPL", 10.0, bid, ask))
    assert isinstance(fill := account.submit("AAPL", "BUY", 1, ts=0)[0], Fill) and fill.price == 10.0


def test_an_order_reports_the_fill_then_the_position_then_the_money() -> None:
    account = PaperAccount(cash=10_000)
    account.on_event(Quote("AAPL", 10.0, 9.5, 10.5))
    assert account.submit("AAPL", "BUY", 200, ts=5)[1:] == [
        Position("AAPL", 200, 10.5, 10.0, -100.0, 0.0, "PAPER", 5),
        AccountSnapshot("PAPER", 9_899.0, 7_899.0, 0.0, ts=5),
    ]


def test_an_order_without_a_price_waits_for_the_symbols_next_quote() -> None:
    account = PaperAccount()
    assert account.submit("AAPL", "BUY", 10, ts=0) == []
    assert Fill not in kinds(account.on_event(Quote("MSFT", 5.0, ts=1)))
    assert Fill not in kinds(account.on_event(Quote("AAPL", ts=2)))
    assert kinds(account.on_event(QUOTE)) == [Fill, Position, AccountSnapshot]
    assert Fill not in kinds(account.on_event(QUOTE))


@pytest.mark.parametrize("quantity", [0, -1, float("nan"), float("inf")])
def test_a_quantity_that_cannot_be_traded_is_refused(quantity: float) -> None:
    with pytest.raises(UserError, match="the quantity must be a number above 0"):
        PaperAccount().submit("AAPL", "BUY", quantity, ts=0)


def test_a_side_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UserError, match="it must be 'BUY' or 'SELL'"):
        PaperAccount().submit("AAPL", "buy", 1, ts=0)  # type: ignore[arg-type]


def test_the_account_speaks_at_the_first_quote_and_then_every_five_seconds() -> None:
    account = PaperAccount()
    spoken = [bool(account.on_event(Quote("AAPL", 10.0, ts=ts * SECOND))) for ts in range(12)]
    assert [ts for ts, spoke in enumerate(spoken) if spoke] == [0, 5, 10]


def test_marks_carry_the_new_prices() -> None:
    account = PaperAccount()
    account.on_event(QUOTE)
    account.submit("AAPL", "BUY", 100, ts=SECOND)
    position, snapshot = account.on_event(Quote("AAPL", 12.0, ts=9 * SECOND))
    assert isinstance(position, Position) and isinstance(snapshot, AccountSnapshot)
    assert position.market_price == 12.0
    assert position.unrealized_pnl == pytest.approx(190.0)
    assert snapshot.equity == pytest.approx(1_000_189.0)


def test_a_clock_that_jumps_back_does_not_silence_the_account() -> None:
    account = PaperAccount()
    account.on_event(Quote("AAPL", 10.0, ts=3600 * SECOND))
    assert account.on_event(Quote("AAPL", 10.0, ts=0))


def test_a_closed_position_is_reported_once() -> None:
    account = PaperAccount()
    account.on_event(QUOTE)
    account.submit("AAPL", "BUY", 100, ts=SECOND)
    closing = account.submit("AAPL", "SELL", 100, ts=SECOND)
    assert isinstance(closing[1], Position) and closing[1].quantity == 0
    assert kinds(account.on_event(Quote("AAPL", 10.0, ts=60 * SECOND))) == [AccountSnapshot]
    assert account.positions == {}


@given(steps)
def test_the_books_balance_after_every_step(taken: list[Step]) -> None:
    account = PaperAccount(cash=5_000.0)
    play(account, taken)
    prices = {symbol: number / 10 for action, symbol, number, _ in taken if action == "quote"}
    worth = sum(quantity * prices[symbol] for symbol, quantity in account.positions.items())
    assert account.equity == pytest.approx(account.cash + worth, abs=1e-6)


@given(steps)
def test_realized_and_unrealized_pnl_are_what_equity_gained_before_commissions(taken: list[Step]) -> None:
    account, latest = PaperAccount(cash=5_000.0, mark_every=0.0), dict[str, Position]()
    taken = [*taken, *(("quote", symbol, 100, SECOND) for symbol in ("AAPL", "MSFT", "IBM", "IBM"))]
    for event in play(account, taken):
        if isinstance(event, Position):
            latest[event.symbol] = event
    unrealized = sum(position.unrealized_pnl or 0 for position in latest.values())
    realized = sum(position.realized_pnl for position in latest.values())
    assert realized == pytest.approx(account.realized_pnl, abs=1e-6)
    assert realized + unrealized == pytest.approx(account.equity - 5_000.0 + account.commissions, abs=1e-6)


@given(steps)
def test_the_same_steps_give_the_same_events(taken: list[Step]) -> None:
    assert play(PaperAccount(), taken) == play(PaperAccount(), taken)


@given(steps)
def test_execution_ids_never_repeat(taken: list[Step]) -> None:
    ids = [event.exec_id for event in play(PaperAccount(), taken) if isinstance(event, Fill)]
    assert ids == [f"PAPER-{number:06d}" for number in range(1, len(ids) + 1)]


def signal(kind: Literal["BUY", "SELL", "HOLD"], quantity: float = 0.0, ts: int = SECOND) -> SignalRaised:
    return SignalRaised(kind, "AAPL", 10.0, quantity, 1.0, ts=ts)


def test_signals_are_left_alone_unless_asked_to_trade_them() -> None:
    account = PaperAccount()
    account.on_event(QUOTE)
    assert account.on_event(signal("BUY")) == []


def test_a_signal_is_traded_at_its_quantity_or_a_hundred() -> None:
    account = PaperAccount(auto_trade=True)
    account.on_event(QUOTE)
    fills = [account.on_event(signal("BUY"))[0], account.on_event(signal("SELL", 30))[0]]
    assert [(fill.side, fill.quantity) for fill in fills if isinstance(fill, Fill)] == [("BUY", 100), ("SELL", 30)]


def test_hold_trades_nothing() -> None:
    account = PaperAccount(auto_trade=True)
    account.on_event(QUOTE)
    assert account.on_event(signal("HOLD", 10)) == []


@given(st.lists(st.tuples(st.sampled_from(["BUY", "SELL", "quote"]), st.integers(0, 900)), max_size=40))
def test_signals_never_grow_a_position_beyond_the_limit(taken: list[tuple[str, int]]) -> None:
    account = PaperAccount(auto_trade=True, max_position=1000)
    for action, quantity in taken:
        if action == "quote":
            account.on_event(QUOTE)
        else:
            account.on_event(signal("BUY" if action == "BUY" else "SELL", quantity))
    account.on_event(QUOTE)
    assert abs(account.positions.get("AAPL", 0)) <= 1000


def test_other_events_change_nothing() -> None:
    assert PaperAccount(auto_trade=True).on_event(AccountSnapshot("PAPER", 1.0, 1.0)) == []
