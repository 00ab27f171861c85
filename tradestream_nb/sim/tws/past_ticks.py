"""Historical ticks: the trades or quotes of the past one by one, of which there is one every five seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tradestream_nb.clock import SECOND
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.codes import Code, Reply, Request
from tradestream_nb.sim.tws.described import home
from tradestream_nb.sim.tws.fields import Field, Fields
from tradestream_nb.sim.tws.history import candles_of
from tradestream_nb.sim.tws.lookup import look_up
from tradestream_nb.sim.tws.part import Answer, Part
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.spans import end_time
from tradestream_nb.sim.tws.tape import STEP, Candle
from tradestream_nb.sim.tws.views import is_shown

MOST = 1000
"""Ticks in one answer."""

Row = Callable[[Candle, Listing], tuple[Field, ...]]


class PastTicks(Part):
    """Answers with the ticks after a start or before an end."""

    def answers(self) -> Mapping[Request, Answer]:
        """The one request there is."""
        return {Request.HISTORICAL_TICKS: self._ask}

    def _ask(self, session: Session, fields: Fields) -> None:
        request_id, wanted = fields.integer(), fields.contract()
        listing = look_up(session, request_id, wanted, self.world.catalogue)
        if listing is None:
            return
        fields.skip()
        start, end, count, what = end_time(fields.text()), end_time(fields.text()), fields.integer(), fields.text()
        if what not in ROWS or not is_shown(what, listing) or (start is None) == (end is None) or count < 1:
            text = "Error validating request.-'ch' : cause - name a start or an end, how many ticks, and what to show"
            return session.error(request_id, Code.INVALID, text)
        ticks = [each for each in candles_of(self.world, listing, STEP) if start is None or each.ts >= start]
        ticks = [each for each in ticks if end is None or each.ts < end]
        chosen = ticks[: min(count, MOST)] if end is None else ticks[-min(count, MOST) :]
        reply, row = ROWS[what]
        rows: list[Field] = []
        for candle in chosen:
            rows += (candle.ts // SECOND, 0, *row(candle, listing))
        session.send(reply, request_id, len(chosen), *rows, True)


def _trade(candle: Candle, listing: Listing) -> tuple[Field, ...]:
    return candle.close, candle.volume, home(listing), ""


def _quote(candle: Candle, listing: Listing) -> tuple[Field, ...]:
    bid, ask = (round(candle.close + side * listing.min_tick, 10) for side in (-1, 1))
    return bid, ask, 100, 100


def _middle(candle: Candle, listing: Listing) -> tuple[Field, ...]:
    return candle.close, 0


ROWS: dict[str, tuple[Reply, Row]] = {
    "TRADES": (Reply.HISTORICAL_TICKS_LAST, _trade),
    "BID_ASK": (Reply.HISTORICAL_TICKS_BID_ASK, _quote),
    "MIDPOINT": (Reply.HISTORICAL_TICKS, _middle),
}
"""The message for each kind of tick, and what stands in it behind the time and the attributes."""
