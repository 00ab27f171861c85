"""Historical bars, and those that are kept up to date."""

from __future__ import annotations

from collections.abc import Mapping

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Quote
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.codes import Code, Reply, Request
from tradestream_nb.sim.tws.feed import Feed
from tradestream_nb.sim.tws.fields import Field, Fields
from tradestream_nb.sim.tws.history_request import PREFIX, HistoryRequest, read_request
from tradestream_nb.sim.tws.lookup import look_up
from tradestream_nb.sim.tws.pacing import Pacing
from tradestream_nb.sim.tws.part import Answer
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.spans import DAY, day_text, duration, end_time, time_text
from tradestream_nb.sim.tws.tape import Candle
from tradestream_nb.sim.tws.views import history_row, update_row, view
from tradestream_nb.sim.tws.world import World

MOST_KEPT_UP = 50
"""Requests that an account may have kept up to date at once."""
NO_DATA = "HMDS query returned no data"


class Growing:
    """The newest bar of a request that is kept up to date."""

    def __init__(self, session: Session, request: HistoryRequest, listing: Listing, candle: Candle) -> None:
        self.session, self.request_id, self.listing = session, request.request_id, listing
        self._request = request
        self._candle, self._origin = candle, candle.ts

    def take(self, quote: Quote, traded: float) -> None:
        """Let the bar grow, or begin the next one, and tell."""
        price, length = quote.last or 0.0, self._request.seconds * SECOND
        begin = quote.ts - (quote.ts - self._origin) % length
        new = Candle(begin, price, price, price, price, traded, traded * price, int(traded > 0))
        self._candle = self._candle.join(new) if begin == self._candle.ts else new
        shown = view(self._candle, self._request.what, self.listing)
        row = update_row(shown, date_text(shown, self._request))
        self.session.send(Reply.HISTORICAL_UPDATE, self.request_id, *row)


class History(Feed[Growing]):
    """Answers from what the market did before it opened and since."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._pacing: dict[int, Pacing] = {}

    def answers(self) -> Mapping[Request, Answer]:
        """Requests about the past."""
        return {
            Request.HISTORICAL_DATA: self._ask,
            Request.CANCEL_HISTORICAL_DATA: self._cancel,
            Request.HEAD_TIMESTAMP: self._tell_head,
            Request.CANCEL_HEAD_TIMESTAMP: _nothing,
        }

    def on_quote(self, listing: Listing, quote: Quote) -> None:
        """Let every bar on this contract grow."""
        if self.is_flowing(listing) and self.world.trouble.history_farm:
            for growing in self.watches.on(listing):
                growing.take(quote, self.world.prices.traded(listing.con_id))

    def on_leave(self, session: Session) -> None:
        """Forget the client."""
        super().on_leave(session)
        self._pacing.pop(session.client_id, None)

    def _ask(self, session: Session, fields: Fields) -> None:
        request = read_request(fields)
        listing = look_up(session, request.request_id, request.contract, self.world.catalogue)
        if listing is None:
            return
        problem = request.problem(listing) or self._trouble(session, request, listing)
        if problem:
            return session.error(request.request_id, *problem)
        candles = self._wanted(request, listing)
        if not candles:
            return session.error(request.request_id, Code.HISTORY, PREFIX + NO_DATA)
        session.send(Reply.HISTORICAL_DATA, *answer(request, listing, candles))
        if request.keep_up:
            self.watches.put(Growing(session, request, listing, candles[-1]))

    def _trouble(self, session: Session, request: HistoryRequest, listing: Listing) -> tuple[Code, str] | None:
        trouble, limits = self.world.trouble, self.world.options.limits
        pacing = self._pacing.setdefault(session.client_id, Pacing())
        too_fast = trouble.pacing > 0
        trouble.pacing -= too_fast
        if limits and request.is_small and not too_fast:
            too_fast = not pacing.allows(self.world.ts, str(listing.con_id), request.key)
        if too_fast:
            return Code.HISTORY, f"{PREFIX}Historical data request pacing violation"
        if not (trouble.connected and trouble.history_farm):
            return Code.HISTORY, f"{PREFIX}HMDS connection attempt failed."
        if limits and request.keep_up and len(self.watches) >= MOST_KEPT_UP:
            return Code.HISTORY, f"{PREFIX}Max number of simultaneous historical requests has been reached"
        return None

    def _wanted(self, request: HistoryRequest, listing: Listing) -> list[Candle]:
        candles = candles_of(self.world, listing, request.seconds)
        end = end_time(request.end) if request.end else None
        if end is not None:
            candles = [candle for candle in candles if candle.ts < end]
        length = duration(request.length) or 0
        if request.seconds >= DAY:
            return candles[-max(length // request.seconds, 1) :]
        begin = (self.world.ts if end is None else end) - length * SECOND
        return [candle for candle in candles if candle.ts >= begin] or candles[-1:]

    def _cancel(self, session: Session, fields: Fields) -> None:
        fields.skip()
        request_id = fields.integer()
        if self.watches.take(session, request_id):
            session.error(request_id, Code.HISTORY, f"{PREFIX}API historical data query cancelled: {request_id}")
        else:
            text = f"No historical data query found for ticker id:{request_id}"
            session.error(request_id, Code.NO_SUCH_HISTORY, text)

    def _tell_head(self, session: Session, fields: Fields) -> None:
        request_id, listing = self.read_target(session, fields)
        if listing is None:
            return
        fields.skip(3)
        first = self.world.prices.history(listing.con_id, DAY)[0].ts
        epoch = fields.integer() == 2
        session.send(Reply.HEAD_TIMESTAMP, request_id, str(first // SECOND) if epoch else f"{day_text(first)}-14:30:00")


def candles_of(world: World, listing: Listing, seconds: int) -> list[Candle]:
    """Every bar there is, oldest first; the last one still grows."""
    prices = world.prices
    before = prices.history(listing.con_id, seconds)
    return before + prices.tape(listing.con_id).candles(seconds, prices.opening)


def answer(request: HistoryRequest, listing: Listing, candles: list[Candle]) -> list[Field]:
    """The message with all bars, behind its number."""
    first, last = (time_text(candle.ts, epoch=False) for candle in (candles[0], candles[-1]))
    fields: list[Field] = [request.request_id, first, last, len(candles)]
    for candle in candles:
        fields += history_row(view(candle, request.what, listing), date_text(candle, request))
    return fields


def date_text(candle: Candle, request: HistoryRequest) -> str:
    """The time a bar begins, or its day."""
    return day_text(candle.ts) if request.seconds >= DAY else time_text(candle.ts, epoch=request.epoch)


def _nothing(session: Session, fields: Fields) -> None:
    """The answer was sent already."""
