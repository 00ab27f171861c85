"""Live tables of the streams: prices, signals, trades, portfolio and health."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

import traitlets

from tradestream_nb.equity import EquityTrail
from tradestream_nb.frames import V1
from tradestream_nb.topics import Batch
from tradestream_nb.views.base import LiveView
from tradestream_nb.views.box import Do
from tradestream_nb.views.feed import Feed
from tradestream_nb.views.price_frames import PriceFrames
from tradestream_nb.views.price_sheet import PriceSheet
from tradestream_nb.views.saved import saved

PRICES, PORTFOLIO = "price_updates", "portfolio"


class PanelInputs(NamedTuple):
    """What panels show, and the way to it."""

    feeds: Mapping[str, Feed]
    do: Do
    now: Callable[[], int]
    """The streams' own clock in epoch µs."""
    prices: PriceSheet
    equity: EquityTrail


class PanelsView(LiveView):
    """Shows one table per topic; sorts by a click on a heading, filters by what is typed.

    One frame carries them all: prices as rows of float64, everything else as the messages of the wire, which were
    encoded once for whoever reads them.
    """

    _esm_file = "views.js"
    _css_file = "views.css"

    shown: ClassVar[tuple[str, ...]]
    topics = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, inputs: PanelInputs) -> None:
        """The feeds of `inputs` are those of the topics in `shown`."""
        self._feeds, self._do, self._now, prices, self._equity = inputs
        self._prices = PriceFrames(prices) if PRICES in self._feeds else None
        self._noted = 0
        super().__init__()
        self.topics = list(self._feeds)
        self.offer(self._feeds)

    def refresh(self) -> None:
        """Look whether something has come; what it is is only fetched for a frame that may go out."""
        # A list, for every feed must have looked.
        if any([feed.look() for feed in self._feeds.values()]):
            self.offer(self._feeds)

    def frame(self, state: Mapping[str, Feed], *, full: bool) -> tuple[dict[str, Any], list[bytes]]:
        """What `PriceFrames` has of the prices, and what is new on the other topics as a JSON array.

        A row is price, change, change_pct, volume, high and low. `now` and `ts` are in epoch µs.
        A full frame of the portfolio, and one after several updates that nobody saw, has its `equity` so far, as pairs
        of epoch µs and value.
        """
        others = {topic: feed for topic, feed in state.items() if topic != PRICES}
        taken = [feed.take() for feed in others.values()]
        news = [feed.snapshot() for feed in others.values()] if full else taken
        content: dict[str, Any] = {"now": self._now()}
        unseen, self._noted = self._equity.noted - self._noted, self._equity.noted
        if PORTFOLIO in state and (full or unseen > 1):
            content["equity"] = self._equity.points
        prices, rows = self._prices.frame(full=full) if self._prices else ({}, b"")
        return content | prices, [rows, _messages(news)]

    def html(self) -> str:
        """The first rows of every topic as plain tables."""
        batches = self._do(lambda: [feed.snapshot() for feed in self._feeds.values()])
        return "".join(saved(batch) for batch in batches)


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


def _messages(batches: Iterable[Batch]) -> bytes:
    """A JSON array of wire messages; nothing at all when there are none."""
    frames = [frame for batch in batches if batch.entries for frame in V1.frames(batch)]
    return b"[%b]" % b",".join(frames) if frames else b""
