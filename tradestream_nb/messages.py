"""What a handler emits and the wire carries.

`ts` is epoch µs in UTC, the time of the event that caused the message. P&L is in the account's currency,
`*_pct` in per cent (1.5 means 1.5 %).
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any, Literal

import msgspec

from tradestream_nb.errors import ContractViolation
from tradestream_nb.events import Side, SignalType
from tradestream_nb.fields import fields_html

StreamState = Literal["starting", "ok", "stale", "failing", "stopped", "ended"]


class Message(msgspec.Struct, frozen=True):
    """What all messages share."""

    def _repr_html_(self) -> str:
        return fields_html(self)


def checked(topic: str, messages: Any) -> Sequence[Message | dict[str, Any]]:
    """`messages`, which a handler returned for `topic`; raises ContractViolation for what is no list of messages."""
    if not isinstance(messages, (list, tuple)):
        raise ContractViolation(topic, f"takes a list of messages, not {type(messages).__name__}")
    for message in messages:
        if not isinstance(message, (Message, dict)):
            raise ContractViolation(topic, f"takes a Message or a dict, not {message!r}")
    return messages


class PriceUpdate(Message, frozen=True):
    """A symbol's price; `change` and `change_pct` are against `close`, the previous session's close."""

    symbol: str
    price: float
    change: float = 0.0
    change_pct: float = 0.0
    volume: float = 0.0
    high: float | None = None
    low: float | None = None
    open: float | None = None
    close: float | None = None
    ts: int = 0


class SignalRaised(Message, frozen=True):
    """A strategy wants to buy or sell."""

    signal_type: SignalType
    symbol: str
    price: float
    quantity: float
    confidence: float
    strategy: str = ""
    ts: int = 0


class PositionLine(Message, frozen=True):
    """One row of a portfolio."""

    symbol: str
    quantity: float
    average_price: float
    market_price: float
    unrealized_pnl: float
    unrealized_pnl_pct: float


class PortfolioUpdate(Message, frozen=True):
    """An account as a whole: every open position and the totals."""

    account: str
    positions: dict[str, PositionLine]
    total_pnl: float
    """Unrealized P&L over all open positions."""
    total_pnl_pct: float = 0.0
    """`total_pnl` in per cent of what the positions cost."""
    realized_pnl: float = 0.0
    equity: float | None = None
    cash: float | None = None
    ts: int = 0

    def with_positions(self, positions: dict[str, PositionLine]) -> PortfolioUpdate:
        """The same account with these positions; their P&L is added up, its money stays."""
        cost = sum(abs(line.quantity * line.average_price) for line in positions.values())
        pnl = round(sum(line.unrealized_pnl for line in positions.values()), 6)
        pct = round(100 * pnl / cost, 4) if cost else 0.0
        return msgspec.structs.replace(self, positions=positions, total_pnl=pnl, total_pnl_pct=pct)

    def only(self, symbols: Container[str]) -> PortfolioUpdate:
        """The same account with those of its positions alone that are among `symbols`."""
        return self.with_positions({symbol: line for symbol, line in self.positions.items() if symbol in symbols})


class TradeExecuted(Message, frozen=True):
    """One execution; `exec_id` is the broker's and never repeats."""

    exec_id: str
    symbol: str
    side: Side
    quantity: float
    price: float
    commission: float | None = None
    account: str = ""
    ts: int = 0
    corrects: str = ""
    """The `exec_id` of an earlier one that this takes the place of; empty for a new execution."""


class HealthUpdate(Message, frozen=True):
    """How one stream is doing."""

    stream: str
    state: StreamState
    last_update: int | None = None
    """Epoch µs of the newest message, None before the first."""
    messages: int = 0
    errors: int = 0
    text: str = ""
    """What is wrong, in a sentence; empty when nothing is."""
    ts: int = 0
