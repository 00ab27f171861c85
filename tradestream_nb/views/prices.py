"""A live table of prices."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np

from tradestream_nb.messages import PriceUpdate
from tradestream_nb.views.base import Feed, LiveView

Prices = Mapping[str, PriceUpdate]

_SAVED_ROWS = 20


class PricesView(LiveView):
    """Shows every symbol's price as it ticks; sorts by a click on a heading, filters by what is typed."""

    _esm_file = "prices.js"
    _css_file = "prices.css"

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._prices: Prices = dict(feed.snapshot())
        self._symbols: list[str] = []
        super().__init__()
        self.offer(self._prices)

    def refresh(self) -> None:
        """Take what has changed."""
        changed = self._feed.take()
        if changed:
            self._prices = {**self._prices, **changed}
            self.offer(self._prices)

    def frame(self, state: Prices, *, full: bool) -> tuple[dict[str, Any], list[bytes]]:
        """All prices as float64 columns (price, change, change_pct, volume, high, low), one after the other."""
        symbols = list(state)
        names = {"symbols": symbols} if full or symbols != self._symbols else {}
        self._symbols = symbols
        ts = max((price.ts for price in state.values()), default=0)
        return {"ts": ts, **names}, [columns(state)]

    def html(self) -> str:
        """The first rows as a plain table."""
        shown = sorted(self._prices)[:_SAVED_ROWS]
        rows = "".join(_row(self._prices[symbol]) for symbol in shown)
        left = len(self._prices) - len(shown)
        more = f"<p>and {left} more</p>" if left else ""
        head = "<tr><th>Symbol</th><th>Price</th><th>Change</th><th>%</th></tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>{more}"


def columns(prices: Prices) -> bytes:
    """Six columns of float64, NaN where there is no figure."""
    rows = [(p.price, p.change, p.change_pct, p.volume, p.high, p.low) for p in prices.values()]
    return np.array(rows, dtype=np.float64).T.tobytes()


def _row(price: PriceUpdate) -> str:
    digits = 2 if abs(price.price) >= 10 else 4
    figures = (f"{price.price:,.{digits}f}", f"{price.change:+,.{digits}f}", f"{price.change_pct:+.2f}")
    cells = "".join(f"<td>{text}</td>" for text in (escape(price.symbol), *figures))
    return f"<tr>{cells}</tr>"
