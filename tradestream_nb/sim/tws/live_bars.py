"""Real-time bars: five seconds each, as soon as they are complete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Quote
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.codes import Code, Reply, Request
from tradestream_nb.sim.tws.fields import Field, Fields
from tradestream_nb.sim.tws.lookup import look_up
from tradestream_nb.sim.tws.part import Answer, Part
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.tape import Candle
from tradestream_nb.sim.tws.views import average, is_shown, view
from tradestream_nb.sim.tws.world import World


class Watch(NamedTuple):
    """What one request shows."""

    session: Session
    request_id: int
    listing: Listing
    what: str


class LiveBars(Part):
    """Keeps who wants the bars of what."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._watches: dict[tuple[int, int], Watch] = {}

    def answers(self) -> Mapping[Request, Answer]:
        """Requests about real-time bars."""
        return {Request.REAL_TIME_BARS: self._subscribe, Request.CANCEL_REAL_TIME_BARS: self._cancel}

    def on_quote(self, listing: Listing, quote: Quote) -> None:
        """Send the bar that this step completed."""
        candle = self.world.prices.completed(listing.con_id)
        if candle is None or self.world.trouble.is_silent(listing) or not self.world.trouble.is_open:
            return
        for watch in self._watches.values():
            if watch.listing.con_id == listing.con_id:
                shown = view(candle, watch.what, listing)
                watch.session.send(Reply.REAL_TIME_BAR, 3, watch.request_id, *bar_row(shown))

    def on_lost(self, session: Session) -> None:
        """Forget what the client watches."""
        for key in [key for key, watch in self._watches.items() if watch.session is session]:
            del self._watches[key]

    def on_leave(self, session: Session) -> None:
        """Forget what the client watches."""
        self.on_lost(session)

    def _subscribe(self, session: Session, fields: Fields) -> None:
        fields.skip()
        request_id, wanted = fields.integer(), fields.contract()
        listing = look_up(session, request_id, wanted, self.world.catalogue)
        if listing is None:
            return
        fields.skip()
        what = fields.text()
        if not is_shown(what, listing):
            text = f"Invalid Real-time Query:No market data of kind {what} for {listing.symbol}/{listing.sec_type}"
            return session.error(request_id, Code.NO_LIVE_BARS, text)
        self.world.prices.wake(listing.con_id)
        self._watches[session.client_id, request_id] = Watch(session, request_id, listing, what)

    def _cancel(self, session: Session, fields: Fields) -> None:
        fields.skip()
        request_id = fields.integer()
        if not self._watches.pop((session.client_id, request_id), None):
            session.error(request_id, Code.NO_SUCH_LINE, f"Can't find EId with tickerId:{request_id}")


def bar_row(candle: Candle) -> tuple[Field, ...]:
    """The bar behind its request's number."""
    return (
        candle.ts // SECOND, candle.open, candle.high, candle.low, candle.close, candle.volume,
        average(candle), candle.count,
    )  # fmt: skip
