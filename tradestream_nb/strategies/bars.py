"""Complete bars out of quotes, for sources that send none."""

from __future__ import annotations

import math

from tradestream_nb.clock import SECOND
from tradestream_nb.errors import UserError
from tradestream_nb.events import Bar, Quote


class BarBuilder:
    """Collects the quotes of any number of symbols into bars of `seconds`.

    Intervals begin at multiples of `seconds` since the epoch and include their beginning. A bar is complete when a
    quote of a later interval arrives; an interval without quotes has no bar. A quote is ignored when it has no price,
    and when it is older than the newest one of its symbol: counting it would rewrite what is past.

    Raises UserError when `seconds` is not finite, or below a microsecond.
    """

    def __init__(self, seconds: float = 5.0) -> None:
        if not (math.isfinite(seconds) and seconds * SECOND >= 1):
            raise UserError(f"bars of {seconds!r} seconds cannot be built: give a positive number")
        self.seconds = float(seconds)
        self._width = round(seconds * SECOND)
        self._forming: dict[str, _Forming] = {}

    def push(self, quote: Quote) -> Bar | None:
        """Count one quote and return the bar that it completes, if any."""
        price = quote.price
        if price is None or not math.isfinite(price):
            return None
        forming = self._forming.get(quote.symbol)
        if forming is None:
            forming = self._forming[quote.symbol] = _Forming(price, self._end(quote))
        elif quote.ts < forming.newest:
            return None
        bar = None
        if quote.ts >= forming.end:
            bar = forming.bar(quote.symbol, self.seconds)
            forming.begin(price, self._end(quote))
        forming.count(quote, price)
        return bar

    def forming(self, symbol: str) -> Bar | None:
        """The bar as the quotes so far have made it, its ts the end it will have; None before the first quote."""
        forming = self._forming.get(symbol)
        return forming.bar(symbol, self.seconds) if forming else None

    @property
    def symbols(self) -> set[str]:
        """The symbols that have had a quote with a price."""
        return set(self._forming)

    def _end(self, quote: Quote) -> int:
        return (quote.ts // self._width + 1) * self._width


class _Forming:
    """One symbol's bar that is not complete yet, and the session's volume so far."""

    __slots__ = ("close", "end", "high", "low", "newest", "open", "traded", "volume")

    def __init__(self, price: float, end: int) -> None:
        self.traded: float | None = None
        self.begin(price, end)

    def begin(self, price: float, end: int) -> None:
        self.open = self.high = self.low = self.close = price
        self.volume = 0.0
        self.end = end

    def count(self, quote: Quote, price: float) -> None:
        self.newest = quote.ts
        self.close = price
        if price > self.high:
            self.high = price
        elif price < self.low:
            self.low = price
        traded = quote.volume
        if traded is not None and traded >= 0:
            self.volume += self._since(traded)
            self.traded = traded

    def bar(self, symbol: str, seconds: float) -> Bar:
        return Bar(
            symbol=symbol,
            open=self.open,
            high=self.high,
            low=self.low,
            close=self.close,
            volume=self.volume,
            seconds=seconds,
            ts=self.end,
        )

    def _since(self, traded: float) -> float:
        """Units since the quote before; a figure that went down belongs to a new session, which began at 0."""
        if self.traded is None:
            return 0.0
        return traded - self.traded if traded >= self.traded else traded
