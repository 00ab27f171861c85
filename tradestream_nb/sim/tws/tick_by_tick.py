"""Tick by tick: every trade or every change of the quote of a few contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Quote
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.codes import Code, Reply, Request
from tradestream_nb.sim.tws.feed import Feed
from tradestream_nb.sim.tws.fields import Field, Fields
from tradestream_nb.sim.tws.part import Answer
from tradestream_nb.sim.tws.session import Session

MOST_STREAMS = 3
"""What an account may follow tick by tick at once."""
KINDS = {"Last": 1, "AllLast": 2, "BidAsk": 3, "MidPoint": 4}
TRADES = (1, 2)
BID_ASK = 3


class Stream:
    """What one request follows, and what it was told last."""

    def __init__(self, session: Session, request_id: int, listing: Listing, kind: int) -> None:
        self.session, self.request_id, self.listing, self.kind = session, request_id, listing, kind
        self._told: tuple[Field, ...] = ()

    def tell(self, quote: Quote, traded: float) -> None:
        """Send every trade, and of quotes what changed."""
        for values in tick_values(self.kind, quote, traded):
            if self.kind in TRADES or values != self._told:
                self._told = values
                self.session.send(Reply.TICK_BY_TICK, self.request_id, self.kind, quote.ts // SECOND, *values)


class TickByTick(Feed[Stream]):
    """Keeps the streams of every client; there is a trade or a quote per step at most."""

    def answers(self) -> Mapping[Request, Answer]:
        """Requests about streams."""
        return {Request.TICK_BY_TICK: self._subscribe, Request.CANCEL_TICK_BY_TICK: self.cancel}

    def on_quote(self, listing: Listing, quote: Quote) -> None:
        """Send what is new to every stream on this contract."""
        if self.is_flowing(listing):
            for stream in self.watches.on(listing):
                stream.tell(quote, self.world.prices.traded(listing.con_id))

    def _subscribe(self, session: Session, fields: Fields) -> None:
        request_id, listing = self.read_target(session, fields)
        if listing is None:
            return
        name = fields.text()
        kind = KINDS.get(name)
        if kind is None or (kind in TRADES and listing.sec_type == "CASH"):
            text = f"Failed to request tick-by-tick data: {name} is not available for {listing.sec_type}"
            return session.error(request_id, Code.NO_TICK_STREAM, text)
        if self.world.options.limits and len(self.watches) >= MOST_STREAMS:
            text = "Max number of tick-by-tick requests has been reached"
            return session.error(request_id, Code.TOO_MANY_TICK_STREAMS, text)
        self.world.prices.wake(listing.con_id)
        self.watches.put(Stream(session, request_id, listing, kind))


def tick_values(kind: int, quote: Quote, traded: float) -> Iterator[tuple[Field, ...]]:
    """The fields of the tick that a step brought, behind its time; there is no trade when nothing was traded."""
    bid, ask = quote.bid or 0.0, quote.ask or 0.0
    if kind in TRADES:
        if traded:
            yield quote.last, traded, 0, "NASDAQ", ""
    elif kind == BID_ASK:
        yield bid, ask, 100, 100, 0
    else:
        yield (round((bid + ask) / 2, 10),)
