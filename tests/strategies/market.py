"""Bars and quotes for the tests of strategies."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Bar
from tradestream_nb.strategies import Window

BAR = 5 * SECOND

prices = st.floats(min_value=0.01, max_value=1e6)
rough_prices = st.one_of(prices, st.floats(-1e6, 1e6), st.sampled_from([0.0, float("nan"), float("inf")]))


def bars_closing(closes: Iterable[float], *, symbol: str = "ACME", spread: float = 0.0) -> list[Bar]:
    """One bar of 5 s for each close, its high and low `spread` away from it."""
    return [
        Bar(symbol=symbol, open=c, high=c + spread, low=c - spread, close=c, volume=10.0, seconds=5.0, ts=i * BAR)
        for i, c in enumerate(closes, start=1)
    ]


def window_closing(closes: Iterable[float], *, spread: float = 0.0) -> Window:
    return Window(bars_closing(closes, spread=spread))
