"""One candle as a client asked to see it: trades, the quote's middle, or one side of it."""

from __future__ import annotations

import msgspec

from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.fields import Field
from tradestream_nb.sim.tws.tape import Candle

TRADES = ("TRADES", "ADJUSTED_LAST")
SHOWN = (*TRADES, "MIDPOINT", "BID", "ASK", "BID_ASK")


def view(candle: Candle, what: str, listing: Listing) -> Candle:
    """The candle of trades as candles of bid and ask, a tick below and above; only trades have a volume."""
    if what in TRADES:
        return candle
    tick = listing.min_tick
    below, above = {"BID": (-tick, -tick), "ASK": (tick, tick), "BID_ASK": (-tick, tick)}.get(what, (0.0, 0.0))
    opens, closes = (below, above) if what == "BID_ASK" else (below, below)
    prices = (candle.open + opens, candle.high + above, candle.low + below, candle.close + closes)
    open_, high, low, close = (round(price, 10) for price in prices)
    return msgspec.structs.replace(candle, open=open_, high=high, low=low, close=close, volume=-1, turnover=0, count=-1)


def average(candle: Candle) -> float:
    """The mean price as bars tell it: -1 where there are no trades."""
    return -1.0 if candle.volume < 0 else round(candle.average, 6)


def history_row(candle: Candle, date: str) -> tuple[Field, ...]:
    """One bar among those that answer a request."""
    return (
        date, candle.open, candle.high, candle.low, candle.close, candle.volume, average(candle), candle.count,
    )  # fmt: skip


def update_row(candle: Candle, date: str) -> tuple[Field, ...]:
    """One bar that is sent later, which has an order of its own."""
    return (
        candle.count, date, candle.open, candle.close, candle.high, candle.low, average(candle), candle.volume,
    )  # fmt: skip


def is_shown(what: str, listing: Listing) -> bool:
    """Whether there is such a view of the contract; trades in currencies are not reported."""
    return what in SHOWN and not (what in TRADES and listing.sec_type == "CASH")
