"""What a chart of one symbol shows: the bars its strategies see, and what was signalled and traded."""

from __future__ import annotations

from collections import deque
from difflib import get_close_matches
from typing import Any, NamedTuple

from tradestream_nb.errors import UserError
from tradestream_nb.events import Bar
from tradestream_nb.hub import Hub
from tradestream_nb.messages import SignalRaised, TradeExecuted
from tradestream_nb.strategies.evaluator import StrategyEvaluator
from tradestream_nb.strategies.window import Window
from tradestream_nb.topics import HISTORY

MARKING = ("signals", "trades")
"""The topics whose messages are marked on the chart."""
_NAMED = 5


class Picture(NamedTuple):
    """What a chart shows at one moment."""

    symbol: str
    window: Window
    forming: Bar | None
    marks: tuple[dict[str, Any], ...]
    missing: str
    """Why there are no bars, once that can be told; empty while they may still come."""


class ChartFeed:
    """Looks at one symbol's bars and collects its signals and fills; belongs to the streams' thread."""

    def __init__(self, symbol: str, evaluator: StrategyEvaluator, hub: Hub) -> None:
        self.symbol = symbol
        self._evaluator, self._hub = evaluator, hub
        self._cursors = dict.fromkeys(MARKING, 0)
        self._marks: deque[dict[str, Any]] = deque(maxlen=HISTORY)
        self._picture = Picture(symbol, Window(), None, (), "")
        self.look()

    def snapshot(self) -> Picture:
        """The picture of the last look; may be called from any thread."""
        return self._picture

    def look(self) -> Picture:
        """The picture now."""
        window, forming = self._evaluator.window(self.symbol), self._evaluator.forming(self.symbol)
        # A chart of many bars is looked at often and marked seldom.
        marks = tuple(self._marks) if self._forget(window) or self._collect() else self._picture.marks
        missing = "" if window or forming else misnamed(self.symbol, self._evaluator.symbols)
        self._picture = Picture(self.symbol, window, forming, marks, missing)
        return self._picture

    def _forget(self, window: Window) -> bool:
        """Leave out what is to come again, after a replay has gone back; say whether it has."""
        before = self._picture.window
        back = bool(before) and (not window or window.last.ts < before.last.ts)
        if back:
            newest = window.last.ts if window else 0
            self._marks = deque((mark for mark in self._marks if mark["ts"] <= newest), maxlen=HISTORY)
        return back

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


def known(symbol: str, evaluator: StrategyEvaluator, hub: Hub) -> ChartFeed:
    """The feed of a symbol that has bars, or may have them still; raises UserError for any other."""
    problem = misnamed(symbol, evaluator.symbols)
    if problem:
        raise UserError(problem)
    return ChartFeed(symbol, evaluator, hub)


def misnamed(symbol: str, known: set[str]) -> str:
    """What is wrong with a symbol that there are no bars of, with some that there are bars of; empty where it fits."""
    if not known or symbol in known:
        return ""
    named = get_close_matches(str(symbol).upper(), known, _NAMED) or sorted(known)[:_NAMED]
    more = ", …" if len(known) > len(named) else ""
    return f"there are no bars of {symbol!r}; there are of {', '.join(named)}{more}"
