"""Facts that come in: what a source produces and a handler consumes.

Every event carries `ts`, epoch µs in UTC; an event written by hand in a cell may leave it 0.
Prices are in the instrument's currency, quantities in units of it (shares, contracts).
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

# Part of what the package offers: a copy of an event, or of a message, with other fields.
from msgspec.structs import replace as replace

from tradestream_nb.clock import moment
from tradestream_nb.fields import fields_html

Side = Literal["BUY", "SELL"]
SignalType = Literal["BUY", "SELL", "HOLD"]
PriceFeed = Literal["live", "frozen", "delayed", "delayed_frozen"]
"""Now; the last before the market closed; some minutes ago; the last of those."""


class Event(msgspec.Struct, frozen=True, tag_field="event", tag=str.lower):
    """What all events share."""

    @property
    def time(self) -> datetime:
        """The moment of the event, as a UTC datetime."""
        return moment(self.ts)  # type: ignore[attr-defined]

    def _repr_html_(self) -> str:
        return fields_html(self)


class Quote(Event, frozen=True):
    """The market in one symbol now, with the session's figures where the source has them."""

    symbol: str
    last: float | None = None
    bid: float | None = None
    ask: float | None = None
    volume: float | None = None
    """Units traded since the session opened."""
    open: float | None = None
    high: float | None = None
    low: float | None = None
    close: float | None = None
    """The previous session's closing price: what `change` is measured from."""
    ts: int = 0
    feed: PriceFeed = "live"
    """What kind of prices these are, as far as the source knows."""

    @property
    def price(self) -> float | None:
        """The last trade, else the middle of bid and ask, else whichever side there is."""
        if self.last is not None:
            return self.last
        if self.bid is not None and self.ask is not None:
            return (self.bid + self.ask) / 2
        return self.bid if self.bid is not None else self.ask


class Bar(Event, frozen=True):
    """One complete interval of trading; `ts` is its end."""

    symbol: str
    open: float
    high: float
    low: float
    close: float
    volume: float = 0.0
    seconds: float = 60.0
    """Length of the interval."""
    ts: int = 0


class Signal(Event, frozen=True):
    """A strategy's opinion of one symbol."""

    symbol: str
    signal_type: SignalType
    price: float
    confidence: float = 1.0
    """From 0 (none) to 1 (certain)."""
    quantity: float = 0.0
    strategy: str = ""
    ts: int = 0


class Fill(Event, frozen=True):
    """One execution, as the broker reports it."""

    exec_id: str
    symbol: str
    side: Side
    quantity: float
    price: float
    commission: float | None = None
    account: str = ""
    order_id: str = ""
    ts: int = 0
    corrects: str = ""
    """The `exec_id` of an execution that was reported before and that this one takes the place of."""


class Position(Event, frozen=True):
    """What an account holds of one symbol; `quantity` is negative when short, 0 when closed."""

    symbol: str
    quantity: float
    average_price: float
    market_price: float | None = None
    unrealized_pnl: float | None = None
    """The broker's own figure in currency; None lets the handler compute it from the prices."""
    realized_pnl: float = 0.0
    account: str = ""
    ts: int = 0


class AccountSnapshot(Event, frozen=True):
    """An account's money, in its currency."""

    account: str
    equity: float
    cash: float
    realized_pnl: float = 0.0
    currency: str = "USD"
    ts: int = 0


class BrokerStatus(Event, frozen=True):
    """The state of a source's connection, with the broker's code where it gave one."""

    source: str
    connected: bool
    code: int | None = None
    text: str = ""
    ts: int = 0


class Timer(Event, frozen=True):
    """A moment a handler asked for with `every`."""

    name: str
    ts: int = 0


AnyEvent = Quote | Bar | Signal | Fill | Position | AccountSnapshot | BrokerStatus | Timer
EVENT_TYPES: tuple[type[Event], ...] = (Quote, Bar, Signal, Fill, Position, AccountSnapshot, BrokerStatus, Timer)
