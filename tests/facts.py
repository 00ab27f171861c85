"""Random events, for the promises that hold for all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from tradestream_nb.clock import SECOND
from tradestream_nb.events import AccountSnapshot, Event, Fill, Position, Quote, Signal

SYMBOLS = ("AAPL", "MSFT", "IBM")
START = 1_767_623_400 * SECOND
"""2026-01-05T14:30:00Z."""

symbols = st.sampled_from(SYMBOLS)
times = st.integers(START, START + 60 * SECOND)
prices = st.sampled_from([99.0, 99.5, 100.0, 100.01, 101.0])
accounts = st.sampled_from(["DU1", "DU2"])
quantities = st.sampled_from([-200.0, -1.0, 0.0, 10.0, 300.0])

quotes = st.builds(
    Quote,
    symbol=symbols,
    last=st.none() | prices,
    bid=st.none() | prices,
    ask=st.none() | prices,
    close=st.sampled_from([None, 0.0, 100.0]),
    ts=times,
)
signals = st.builds(
    Signal,
    symbol=symbols,
    signal_type=st.sampled_from(["BUY", "SELL", "HOLD"]),
    price=prices,
    confidence=st.sampled_from([0.0, 0.4, 0.5, 1.0]),
    ts=times,
)
fills = st.builds(
    Fill,
    exec_id=st.sampled_from(["1", "2", "3", "4"]),
    symbol=symbols,
    side=st.sampled_from(["BUY", "SELL"]),
    quantity=st.just(10.0),
    price=prices,
    ts=times,
)
positions = st.builds(
    Position,
    symbol=symbols,
    quantity=quantities,
    average_price=prices,
    market_price=st.none() | prices,
    unrealized_pnl=st.none() | st.just(7.5),
    account=accounts,
    ts=times,
)
snapshots = st.builds(AccountSnapshot, account=accounts, equity=prices, cash=prices, ts=times)


def event_lists(max_size: int = 30) -> st.SearchStrategy[list[Event]]:
    """Lists of every kind of event, in the order of their times."""
    events: st.SearchStrategy[Event] = st.one_of(quotes, signals, fills, positions, snapshots)
    return st.lists(events, max_size=max_size).map(lambda found: sorted(found, key=lambda event: event.time))
