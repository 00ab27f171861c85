"""A live candlestick chart of one symbol, marked with what was signalled and what was traded."""

from __future__ import annotations

from collections import deque
from difflib import get_close_matches
from html import escape
from itertools import takewhile
from typing import Any, NamedTuple

import numpy as np

from tradestream_nb.clock import iso
from tradestream_nb.errors import UserError
from tradestream_nb.events import Bar
from tradestream_nb.hub import Hub
from tradestream_nb.messages import SignalRaised, TradeExecuted
from tradestream_nb.strategies.evaluator import StrategyEvaluator
from tradestream_nb.strategies.window import Window
from tradestream_nb.topics import HISTORY
from tradestream_nb.views.base import LiveView
from tradestream_nb.views.saved import price

MARKING = ("signals", "trades")
"""The topics whose messages are marked on the chart."""
_SAVED_BARS = 20
_NAMED = 5


class Picture(NamedTuple):
    """What a chart shows at one moment."""

    window: Window
    forming: Bar | None
    marks: tuple[dict[str, Any], ...]


class ChartFeed:
    """Looks at one symbol's bars and collects its signals and fills; belongs to the streams' thread.

    Raises:
        UserError: there are bars, but none of that symbol.
    """

    def __init__(self, symbol: str, evaluator: StrategyEvaluator, hub: Hub) -> None:
        _check(symbol, evaluator.symbols)
        self.symbol = symbol
        self._evaluator, self._hub = evaluator, hub
        self._cursors = dict.fromkeys(MARKING, 0)
        self._marks: deque[dict[str, Any]] = deque(maxlen=HISTORY)
        self._picture = Picture(Window(), None, ())
        self.look()

    def snapshot(self) -> Picture:
        """The picture of the last look; may be called from any thread."""
        return self._picture

    def look(self) -> Picture:
        """The picture now."""
        window, forming = self._evaluator.window(self.symbol), self._evaluator.forming(self.symbol)
        # A chart of many bars is looked at often and marked seldom.
        marks = tuple(self._marks) if self._collect() else self._picture.marks
        self._picture = Picture(window, forming, marks)
        return self._picture

    def _collect(self) -> bool:
        """Take in the new marks and say whether there were any."""
        topics = [self._hub.topics[name] for name in MARKING]
        new = [
            mark(entry.message)
            for topic in topics
            if topic.seq > self._cursors[topic.name]
            for entry in topic.entries()
            if entry.seq > self._cursors[topic.name] and entry.key == self.symbol
        ]
        self._cursors = {topic.name: topic.seq for topic in topics}
        self._marks.extend(filter(None, new))
        return any(new)


class ChartView(LiveView):
    """Shows the bars that a symbol's strategies see and the one that forms, signals as arrows and fills as circles."""

    _esm_file = "chart.js"
    _css_file = "chart.css"

    def __init__(self, feed: ChartFeed) -> None:
        self._feed = feed
        self._shown = feed.snapshot()
        self._known = 0
        self._marks: tuple[dict[str, Any], ...] = ()
        super().__init__()
        self.offer(self._shown)

    def refresh(self) -> None:
        """Look whether something has changed."""
        picture = self._feed.look()
        if picture != self._shown:
            self._shown = picture
            self.offer(picture)

    def frame(self, state: Picture, *, full: bool) -> tuple[dict[str, Any], list[bytes]]:
        """The bars after the last complete one that was sent before, and the marks when there are new ones.

        The bars are float64 columns: ts (epoch µs, the bar's end), open, high, low, close, volume, one after the other.
        What a browser knows of bars before `first` and after `after` is void. A frame that cannot go on from the one
        before is full.
        """
        window = state.window
        full = full or not window or window[0].ts > self._known
        after = 0 if full else self._known
        new = [*takewhile(lambda bar: bar.ts > after, reversed(window))][::-1]
        marks = {"marks": state.marks} if full or state.marks is not self._marks else {}
        newest = state.forming or (window.last if window else None)
        self._known, self._marks = window.last.ts if window else 0, state.marks
        content = {
            "full": full,
            "symbol": self._feed.symbol,
            "seconds": newest.seconds if newest else 0.0,
            "first": window[0].ts if window else 0,
            "after": after,
            **marks,
        }
        return content, [columns([*new, *([state.forming] if state.forming else [])])]

    def html(self) -> str:
        """The last bars as a plain table."""
        bars = self._shown.window[-_SAVED_BARS:]
        head = "".join(f"<th>{name}</th>" for name in ("End", "Open", "High", "Low", "Close", "Volume"))
        rows = "".join(_row(bar) for bar in bars)
        caption = f"<caption>{escape(self._feed.symbol)}, the last {len(bars)} bars</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def __repr__(self) -> str:
        """The same text in every run, so that a saved notebook does not change."""
        return f"<ChartView {self._feed.symbol}>"


def columns(bars: list[Bar]) -> bytes:
    """Six columns of float64."""
    rows = [(bar.ts, bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in bars]
    return np.array(rows, dtype=np.float64).T.tobytes()


def mark(message: Any) -> dict[str, Any] | None:
    """What the chart marks of a message: nothing unless something is to be, or was, bought or sold."""
    match message:
        case SignalRaised(signal_type="BUY" | "SELL" as side, ts=ts):
            text = f"{message.strategy} {message.confidence:.0%}".strip()
            return {"kind": "signal", "side": side, "price": message.price, "text": text, "ts": ts}
        case TradeExecuted(side=side, ts=ts):
            return {"kind": "fill", "side": side, "price": message.price, "text": f"{message.quantity:g}", "ts": ts}
        case _:
            return None


def _check(symbol: str, known: set[str]) -> None:
    if not known or symbol in known:
        return
    named = get_close_matches(symbol.upper(), known, _NAMED) or sorted(known)[:_NAMED]
    more = ", …" if len(known) > len(named) else ""
    raise UserError(f"there are no bars of {symbol!r}; there are of {', '.join(named)}{more}")


def _row(bar: Bar) -> str:
    prices = map(price, (bar.open, bar.high, bar.low, bar.close))
    cells = (iso(bar.ts)[:19].replace("T", " "), *prices, f"{bar.volume:,.0f}")
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
