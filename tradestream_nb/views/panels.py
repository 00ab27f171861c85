"""Live tables of the streams: prices, signals, trades, portfolio, health, and the board of them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import numpy as np
import traitlets

from tradestream_nb.equity import EquityTrail
from tradestream_nb.frames import V1
from tradestream_nb.messages import PriceUpdate
from tradestream_nb.topics import Batch, Entry
from tradestream_nb.views.base import LiveView
from tradestream_nb.views.feed import Feed
from tradestream_nb.views.saved import saved

Batches = Mapping[str, Batch]

PRICES, PORTFOLIO = "price_updates", "portfolio"


class PanelsView(LiveView):
    """Shows one table per topic; sorts by a click on a heading, filters by what is typed.

    One frame carries them all: prices as float64 columns, everything else as the messages of the wire, which were
    encoded once for whoever reads them.
    """

    _esm_file = "views.js"
    _css_file = "views.css"

    shown: ClassVar[tuple[str, ...]]
    topics = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, feeds: Mapping[str, Feed], now: Callable[[], int], equity: EquityTrail) -> None:
        """`feeds` are those of the topics in `shown`; `now` is the streams' own clock in epoch µs."""
        self._feeds, self._now, self._equity = feeds, now, equity
        self._symbols: list[str] = []
        super().__init__()
        self.topics = list(feeds)
        self.offer(self._seen())

    def refresh(self) -> None:
        """Look whether something has come."""
        # A list, for every feed must have looked.
        if any([feed.look() for feed in self._feeds.values()]):
            self.offer(self._seen())

    def frame(self, state: Batches, *, full: bool) -> tuple[dict[str, Any], list[bytes]]:
        """The columns of the prices when they have moved, and what is new on the other topics as a JSON array.

        The columns are price, change, change_pct, volume, high and low, one after the other, in the order of `symbols`,
        which are named when they are others than before. `now` and `ts`, the newest price's, are in epoch µs.
        A full frame of the portfolio has its `equity` so far, as pairs of epoch µs and value.
        """
        taken = {topic: feed.take() for topic, feed in self._feeds.items()}
        news = state if full else taken
        content: dict[str, Any] = {"now": self._now()}
        if full and PORTFOLIO in self._feeds:
            content["equity"] = self._equity.points
        block = b""
        if PRICES in news and (full or news[PRICES].entries):
            prices = sorted(state[PRICES].entries, key=_key)
            symbols = [entry.key for entry in prices]
            if full or symbols != self._symbols:
                content["symbols"] = symbols
            self._symbols = symbols
            content["ts"] = state[PRICES].ts
            block = columns(entry.message for entry in prices)
        return content, [block, _messages(batch for topic, batch in news.items() if topic != PRICES)]

    def html(self) -> str:
        """The first rows of every topic as plain tables."""
        return "".join(saved(batch) for batch in self._seen().values())

    def _seen(self) -> Batches:
        return {topic: feed.snapshot() for topic, feed in self._feeds.items()}


class PricesView(PanelsView):
    """Every symbol's price as it ticks."""

    shown = (PRICES,)


class SignalsView(PanelsView):
    """What the strategies want, newest first."""

    shown = ("signals",)


class TradesView(PanelsView):
    """Every execution, newest first."""

    shown = ("trades",)


class PortfolioView(PanelsView):
    """What the account holds, and what it has made of it."""

    shown = (PORTFOLIO,)


class HealthView(PanelsView):
    """How each stream is doing."""

    shown = ("health",)


class BoardView(PanelsView):
    """All of it in one widget, so that it costs one message where five views cost five."""

    shown = (PRICES, PORTFOLIO, "signals", "trades", "health")


def columns(prices: Iterable[PriceUpdate]) -> bytes:
    """Six columns of float64, NaN where there is no figure."""
    rows = [(p.price, p.change, p.change_pct, p.volume, p.high, p.low) for p in prices]
    return np.array(rows, dtype=np.float64).T.tobytes()


def _key(entry: Entry) -> str:
    return entry.key


def _messages(batches: Iterable[Batch]) -> bytes:
    """A JSON array of wire messages; nothing at all when there are none."""
    frames = [frame for batch in batches if batch.entries for frame in V1.frames(batch)]
    return b"[%b]" % b",".join(frames) if frames else b""
