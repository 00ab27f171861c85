"""The newest prices with the minute behind them, taken in once for all of a session's views."""

from __future__ import annotations

from tradestream_nb.clock import SECOND
from tradestream_nb.topics import Batch
from tradestream_nb.views.feed import Feed
from tradestream_nb.views.price_block import PriceBlock
from tradestream_nb.views.price_trail import PriceTrail


class PriceSheet:
    """What price views show; whoever looks after it takes in now and then also what none of them shows."""

    def __init__(self, feed: Feed) -> None:
        self.rows, self.trail = PriceBlock(), PriceTrail()
        self.ts = 0
        """The newest price's time, in epoch µs."""
        self.version = self.named = 0
        """How often there was something to take in, and which time other symbols than before were among it."""
        self._feed = feed

    def take(self) -> None:
        """Take in what has come."""
        batch = self._feed.take()
        if not batch.entries:
            return
        self.version += 1
        self.ts = batch.ts
        second = batch.ts // SECOND
        if second != self.trail.second:
            self.trail.enter(second, self.rows.prices)
        if not self.rows.update([entry.message for entry in batch.entries]):
            self._renew(self._feed.snapshot())

    def _renew(self, known: Batch) -> None:
        before = {symbol: place for place, symbol in enumerate(self.rows.symbols)}
        self.rows.renew(entry.message for entry in known.entries)
        self.trail.place([before.get(symbol, -1) for symbol in self.rows.symbols])
        self.named = self.version
