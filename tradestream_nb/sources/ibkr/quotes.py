"""The broker's tickers and bars as events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Bar, PriceFeed, Quote
from tradestream_nb.sources.ibkr.clean import amount, number, price, ts_of
from tradestream_nb.sources.ibkr.options import DATA_TYPES

FEEDS: dict[int, PriceFeed] = {number: feed for feed, number in DATA_TYPES.items()}
LAST = (4, 68)
"""Types of ticks that are trades, live and delayed."""
BAR_SECONDS = 5


def quotes_of(ticker: Any, symbol: str, ts: int) -> list[Quote]:
    """What one packet has changed: the newest quote, after the highest and lowest trades that it overtook.

    Those two in their order are what a bar needs to be true; the others of a burst would be work for nothing.
    """
    newest = Quote(
        symbol,
        last=price(ticker.last, ticker.lastSize),
        bid=price(ticker.bid, ticker.bidSize),
        ask=price(ticker.ask, ticker.askSize),
        volume=amount(ticker.volume),
        open=price(ticker.open),
        high=price(ticker.high),
        low=price(ticker.low),
        close=price(ticker.close),
        ts=ts,
        feed=FEEDS.get(ticker.marketDataType, "live"),
    )
    trades = [price(tick.price, tick.size) for tick in ticker.ticks if tick.tickType in LAST]
    trades += [price(tick.price, tick.size) for tick in ticker.tickByTicks if hasattr(tick, "price")]
    overtaken = extremes([trade for trade in trades if trade is not None])
    return [*(msgspec.structs.replace(newest, last=trade) for trade in overtaken), newest]


def extremes(trades: Sequence[float]) -> list[float]:
    """The lowest and the highest of all trades but the last, in the order they came, where they are beyond it.

    >>> extremes([5.0, 9.0, 2.0, 4.0]), extremes([1.0, 1.0]), extremes([])
    ([9.0, 2.0], [], [])
    """
    if len(trades) < 2:
        return []
    earlier, last = trades[:-1], trades[-1]
    beyond = {earlier.index(trade): trade for trade in (min(earlier), max(earlier))}
    low, high = min(trades), max(trades)
    return [beyond[place] for place in sorted(beyond) if beyond[place] in (low, high) and beyond[place] != last]


def live_bar(bar: Any, symbol: str) -> Bar | None:
    """A bar of the broker's live bars of 5 s, whose time is its beginning."""
    return _bar(bar, bar.open_, symbol, BAR_SECONDS, ts_of(bar.time))


def past_bar(bar: Any, symbol: str, seconds: float) -> Bar | None:
    """A bar of the past, whose time is its beginning."""
    return _bar(bar, bar.open, symbol, seconds, ts_of(bar.date))


def _bar(bar: Any, opening: object, symbol: str, seconds: float, began: int) -> Bar | None:
    """None for a bar with a price missing."""
    prices = [number(each) for each in (opening, bar.high, bar.low, bar.close)]
    if None in prices:
        return None
    end = began + round(seconds * SECOND)
    first, high, low, close = (each for each in prices if each is not None)
    return Bar(symbol, first, high, low, close, amount(bar.volume) or 0.0, seconds, end)
