"""A live candlestick chart of one symbol, marked with what was signalled and what was traded."""

from __future__ import annotations

from html import escape
from itertools import takewhile
from struct import Struct
from typing import Any

from tradestream_nb.events import Bar
from tradestream_nb.views.base import LiveView
from tradestream_nb.views.chart_feed import ChartFeed, Picture
from tradestream_nb.views.saved import price, table_row, time

_BAR = Struct("6d")
_SAVED_BARS = 20


class ChartFrames:
    """Cuts pictures into what a browser that had the one before does not have yet."""

    def __init__(self) -> None:
        self._symbol = ""
        self._known = 0
        self._marks: tuple[dict[str, Any], ...] = ()

    def frame(self, picture: Picture, *, full: bool) -> tuple[dict[str, Any], bytes]:
        """The bars after the last complete one that was sent before, and the marks when there are new ones.

        A bar is a row of float64: ts (epoch µs, the bar's end), open, high, low, close, volume.
        What a browser knows of bars before `first` and after `after` is void. A frame that cannot go on from the one
        before is full.
        """
        symbol, window, forming, marks, missing = picture
        goes_on = bool(window) and window[0].ts <= self._known <= window.last.ts and symbol == self._symbol
        full = full or not goes_on
        after = 0 if full else self._known
        new = [*takewhile(lambda bar: bar.ts > after, reversed(window))][::-1]
        newest = forming or (window.last if window else None)
        content = {
            "full": full,
            "symbol": symbol,
            "seconds": newest.seconds if newest else 0.0,
            "first": window[0].ts if window else 0,
            "after": after,
            **({"marks": marks} if full or marks is not self._marks else {}),
            **({"missing": missing} if missing else {}),
        }
        self._symbol, self._known, self._marks = symbol, window.last.ts if window else 0, marks
        return content, packed([*new, *([forming] if forming else [])])


class ChartView(LiveView):
    """Shows the bars that a symbol's strategies see and the one that forms, signals as arrows and fills as circles."""

    _esm_file = "chart.js"
    _css_file = "chart.css"

    def __init__(self, feed: ChartFeed) -> None:
        self._feed, self._frames = feed, ChartFrames()
        self._shown = feed.snapshot()
        super().__init__()
        self.offer(self._shown)

    def refresh(self) -> None:
        """Look whether something has changed."""
        picture = self._feed.look()
        if picture != self._shown:
            self._shown = picture
            self.offer(picture)

    def frame(self, state: Picture, *, full: bool) -> tuple[dict[str, Any], list[bytes]]:
        """As `ChartFrames` cuts it."""
        content, bars = self._frames.frame(state, full=full)
        return content, [bars]

    def html(self) -> str:
        """The last bars as a plain table."""
        bars = self._shown.window[-_SAVED_BARS:]
        head = table_row("th", ("End", "Open", "High", "Low", "Close", "Volume"))
        rows = "".join(_row(bar) for bar in bars)
        caption = f"<caption>{escape(self._feed.symbol)}, the last {len(bars)} bars</caption>"
        return f"<table>{caption}<thead>{head}</thead><tbody>{rows}</tbody></table>"

    def __repr__(self) -> str:
        """The same text in every run, so that a saved notebook does not change."""
        return f"<ChartView {self._feed.symbol}>"


def packed(bars: list[Bar]) -> bytes:
    """Six figures of float64 for each."""
    return b"".join(_BAR.pack(bar.ts, bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in bars)


def _row(bar: Bar) -> str:
    prices = map(price, (bar.open, bar.high, bar.low, bar.close))
    return table_row("td", (time(bar.ts), *prices, f"{bar.volume:,.0f}"))
