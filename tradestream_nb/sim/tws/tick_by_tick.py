"""Tick by tick: every trade or every change of the quote of a few contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Quote
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.codes import Code, Reply, Request
from tradestream_nb.sim.tws.fields import Field, Fields
from tradestream_nb.sim.tws.lookup import look_up
from tradestream_nb.sim.tws.part import Answer, Part
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.world import World

MOST_STREAMS = 3
"""What an account may follow tick by tick at once."""
KINDS = {"Last": 1, "AllLast": 2, "BidAsk": 3, "MidPoint": 4}
TRADES = (1, 2)
BID_ASK = 3


class Stream(NamedTuple):
    """What one request follows."""

    session: Session
    request_id: int
    listing: Listing
    kind: int


class TickByTick(Part):
    """Keeps the streams of every client; there is a trade or a quote per step at most."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._streams: dict[tuple[int, int], Stream] = {}
        self._last: dict[tuple[int, int], tuple[Field, ...]] = {}

    def answers(self) -> Mapping[Request, Answer]:
        """Requests about streams."""
        return {Request.TICK_BY_TICK: self._subscribe, Request.CANCEL_TICK_BY_TICK: self._cancel}

    def on_quote(self, listing: Listing, quote: Quote) -> None:
        """Send what is new to every stream on this contract."""
        if self.world.trouble.is_silent(listing) or not self.world.trouble.is_open:
            return
        for key, stream in self._streams.items():
            if stream.listing.con_id == listing.con_id:
                self._tell(key, stream, quote)

    def on_lost(self, session: Session) -> None:
        """Forget the client's streams."""
        for key in [key for key, stream in self._streams.items() if stream.session is session]:
            self._forget(key)

    def on_leave(self, session: Session) -> None:
        """Forget the client's streams."""
        self.on_lost(session)

    def _subscribe(self, session: Session, fields: Fields) -> None:
        request_id = fields.integer()
        listing = look_up(session, request_id, fields.contract(), self.world.catalogue)
        if listing is None:
            return
        name = fields.text()
        kind = KINDS.get(name)
        if kind is None or (kind in TRADES and listing.sec_type == "CASH"):
            text = f"Failed to request tick-by-tick data: {name} is not available for {listing.sec_type}"
            return session.error(request_id, Code.NO_TICK_STREAM, text)
        if self.world.options.limits and len(self._streams) >= MOST_STREAMS:
            text = "Max number of tick-by-tick requests has been reached"
            return session.error(request_id, Code.TOO_MANY_TICK_STREAMS, text)
        self.world.prices.wake(listing.con_id)
        self._streams[session.client_id, request_id] = Stream(session, request_id, listing, kind)

    def _cancel(self, session: Session, fields: Fields) -> None:
        request_id = fields.integer()
        if (session.client_id, request_id) not in self._streams:
            return session.error(request_id, Code.NO_SUCH_LINE, f"Can't find EId with tickerId:{request_id}")
        self._forget((session.client_id, request_id))

    def _forget(self, key: tuple[int, int]) -> None:
        del self._streams[key]
        self._last.pop(key, None)

    def _tell(self, key: tuple[int, int], stream: Stream, quote: Quote) -> None:
        traded = self.world.prices.traded(stream.listing.con_id)
        for values in tick_values(stream.kind, quote, traded):
            if stream.kind in TRADES or values != self._last.get(key):
                self._last[key] = values
                seconds = quote.ts // SECOND
                stream.session.send(Reply.TICK_BY_TICK, stream.request_id, stream.kind, seconds, *values)


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
