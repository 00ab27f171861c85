"""Real-time bars: five seconds each, as soon as they are complete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Quote
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.codes import Code, Reply, Request
from tradestream_nb.sim.tws.feed import Feed
from tradestream_nb.sim.tws.fields import Field, Fields
from tradestream_nb.sim.tws.part import Answer
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.tape import Candle
from tradestream_nb.sim.tws.views import average, is_shown, view


class Shown(NamedTuple):
    """What one request shows."""

    session: Session
    request_id: int
    listing: Listing
    what: str


class LiveBars(Feed[Shown]):
    """Keeps who wants the bars of what."""

    def answers(self) -> Mapping[Request, Answer]:
        """Requests about real-time bars."""
        return {Request.REAL_TIME_BARS: self._subscribe, Request.CANCEL_REAL_TIME_BARS: self.cancel_versioned}

    def on_quote(self, listing: Listing, quote: Quote) -> None:
        """Send the bar that this step completed."""
        candle = self.world.prices.completed(listing.con_id)
        if candle is None or not self.is_flowing(listing):
            return
        for shown in self.watches.on(listing):
            row = bar_row(view(candle, shown.what, listing))
            shown.session.send(Reply.REAL_TIME_BAR, 3, shown.request_id, *row)

    def _subscribe(self, session: Session, fields: Fields) -> None:
        fields.skip()
        request_id, listing = self.read_target(session, fields)
        if listing is None:
            return
        fields.skip()
        what = fields.text()
        if not is_shown(what, listing):
            text = f"Invalid Real-time Query:No market data of kind {what} for {listing.symbol}/{listing.sec_type}"
            return session.error(request_id, Code.NO_LIVE_BARS, text)
        self.world.prices.wake(listing.con_id)
        self.watches.put(Shown(session, request_id, listing, what))


def bar_row(candle: Candle) -> tuple[Field, ...]:
    """The bar behind its request's number."""
    return (
        candle.ts // SECOND, candle.open, candle.high, candle.low, candle.close, candle.volume,
        average(candle), candle.count,
    )  # fmt: skip
