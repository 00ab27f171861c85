"""What stands in the frames of the standard topics, field by field; the order is that of the wire."""

from __future__ import annotations

from typing import Any, Literal, Self

import msgspec

from tradestream_nb.clock import iso
from tradestream_nb.events import Side, SignalType
from tradestream_nb.messages import PortfolioUpdate, PositionLine, StreamState


class Body(msgspec.Struct, frozen=True):
    """The fields of a message that are sent."""

    @classmethod
    def of(cls, message: Any) -> Self:
        """What is sent of a message; raises AttributeError for one of another kind."""
        return cls(*[iso(message.ts) if n == "timestamp" else getattr(message, n) for n in cls.__struct_fields__])


class PriceLine(Body, frozen=True):
    """A symbol's price; `change` and `change_pct` are against `close`, the previous session's."""

    price: float
    change: float
    change_pct: float
    volume: float
    high: float | None
    low: float | None
    open: float | None
    close: float | None

    @classmethod
    def of(cls, message: Any) -> Self:
        """The same, quicker than for the others, for there are many more prices."""
        m = message
        return cls(m.price, m.change, m.change_pct, m.volume, m.high, m.low, m.open, m.close)


class SignalBody(Body, frozen=True):
    """A strategy wants to buy or sell."""

    signal_type: SignalType
    symbol: str
    price: float
    quantity: float
    confidence: float
    timestamp: str


class SignalBodyV1(SignalBody, frozen=True):
    """The same with the strategy."""

    strategy: str


class TradeBody(Body, frozen=True):
    """One execution."""

    symbol: str
    side: Side
    quantity: float
    price: float
    timestamp: str


class TradeBodyV1(TradeBody, frozen=True):
    """The same with what it cost, where, and the id of an earlier one that it takes the place of."""

    commission: float | None
    account: str
    corrects: str


class Account(msgspec.Struct, frozen=True):
    """The positions that are shown, and what they add up to."""

    positions: dict[str, PositionLine]
    total_pnl: float
    position_count: int


class AccountV1(Account, frozen=True):
    """The same with the account's own name and money, which are those of all its positions."""

    account: str
    total_pnl_pct: float
    realized_pnl: float
    equity: float | None
    cash: float | None


class PortfolioBody(Body, frozen=True):
    """An account as a whole."""

    channel: Literal["portfolio"]
    timestamp: str
    data: Account

    @classmethod
    def of(cls, message: PortfolioUpdate) -> Self:
        """What is sent of a portfolio."""
        count = len(message.positions)
        return cls("portfolio", iso(message.ts), Account(message.positions, message.total_pnl, count))


class PortfolioBodyV1(Body, frozen=True):
    """An account as a whole; its channel stands before."""

    timestamp: str
    data: AccountV1

    @classmethod
    def of(cls, message: PortfolioUpdate) -> Self:
        """What is sent of a portfolio."""
        more = [getattr(message, n) for n in AccountV1.__struct_fields__[3:]]
        return cls(iso(message.ts), AccountV1(message.positions, message.total_pnl, len(message.positions), *more))


class HealthLine(Body, frozen=True):
    """How one stream is doing; `last_update` is epoch µs, `text` says what is wrong."""

    state: StreamState
    last_update: int | None
    messages: int
    errors: int
    text: str
