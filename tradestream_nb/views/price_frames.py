"""The prices' part of a view's frames, with the minute behind them for a browser that has not seen it."""

from __future__ import annotations

from typing import Any

from tradestream_nb.clock import SECOND
from tradestream_nb.topics import Batch
from tradestream_nb.views.feed import Feed
from tradestream_nb.views.price_block import PriceBlock
from tradestream_nb.views.price_trail import PriceTrail


class PriceFrames:
    """Cuts what comes from a feed into what the browser that had the frame before does not know."""

    def __init__(self, feed: Feed) -> None:
        self._feed, self._block, self._trail = feed, PriceBlock(), PriceTrail()
        self._ts = 0
        self._moved = self._renamed = self._unseen = False

    def keep(self) -> None:
        """Take in what has come without a frame that shows it."""
        self._unseen |= self._take()

    def frame(self, *, full: bool) -> tuple[dict[str, Any], bytes]:
        """The rows of the prices when they have moved, as a `PriceBlock` has them, and their `ts`, the newest price's.

        `symbols` names the rows when they are others than before. After the rows of a full frame, and of one after a
        time out of sight, come the prices of the seconds of the epoch in `trail`, as a `PriceTrail` has them.
        """
        self._take()
        if not (full or self._moved):
            return {}, b""
        content: dict[str, Any] = {"ts": self._ts}
        block = bytes(self._block)
        if full or self._renamed:
            content["symbols"] = self._block.symbols
        if full or self._unseen:
            content["trail"] = self._trail.seconds
            block += bytes(self._trail)
        self._moved = self._renamed = self._unseen = False
        return content, block

    def _take(self) -> bool:
        batch = self._feed.take()
        if not batch.entries:
            return False
        self._ts, self._moved = batch.ts, True
        second = batch.ts // SECOND
        if second != self._trail.second:
            self._trail.enter(second, self._block.prices)
        if not self._block.update([entry.message for entry in batch.entries]):
            self._renew(self._feed.snapshot())
        return True

    def _renew(self, known: Batch) -> None:
        before = {symbol: place for place, symbol in enumerate(self._block.symbols)}
        self._block.renew(entry.message for entry in known.entries)
        self._trail.place([before.get(symbol, -1) for symbol in self._block.symbols])
        self._renamed = True
