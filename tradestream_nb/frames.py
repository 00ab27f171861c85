"""Messages as the bytes of the wire, in two dialects; each message is encoded once per dialect, whoever reads it.

`LEGACY` is what the first dashboards read: four shapes and no field more. `V1` has the same shapes with `channel`,
`seq`, `ts` (epoch µs), `id` and the fields that came later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tradestream_nb.clock import iso
from tradestream_nb.messages import HealthUpdate, PortfolioUpdate, PriceUpdate, SignalRaised, TradeExecuted
from tradestream_nb.topics import Batch, Entry

Fields = dict[str, Any]

HEAD = ("type", "channel", "seq", "ts", "id", "snapshot")
"""What stands at the front of a v1 frame; a message's own field of such a name gives way."""


def plain(value: Any) -> Any:
    """What JSON has no word for: numbers and arrays of NumPy as Python's, anything else as text."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


encode = msgspec.json.Encoder(enc_hook=plain).encode


def price_fields(message: PriceUpdate) -> Fields:
    """What stands under a symbol in `price_update`."""
    names = ("price", "change", "change_pct", "volume", "high", "low", "open", "close")
    return {name: getattr(message, name) for name in names}


def health_fields(message: HealthUpdate) -> Fields:
    """What stands under a stream in `health`."""
    names = ("state", "last_update", "messages", "errors", "text")
    return {name: getattr(message, name) for name in names}


def signal_fields(message: SignalRaised) -> Fields:
    """A `signal`, at the root of its frame."""
    names = ("signal_type", "symbol", "price", "quantity", "confidence")
    return {name: getattr(message, name) for name in names} | {"timestamp": iso(message.ts)}


def trade_fields(message: TradeExecuted) -> Fields:
    """A `trade_executed`, at the root of its frame."""
    names = ("symbol", "side", "quantity", "price")
    return {name: getattr(message, name) for name in names} | {"timestamp": iso(message.ts)}


def portfolio_fields(message: PortfolioUpdate) -> Fields:
    """A `portfolio_update`, at the root of its frame."""
    data = {
        "positions": message.positions,
        "total_pnl": message.total_pnl,
        "position_count": len(message.positions),
    }
    return {"channel": "portfolio", "timestamp": iso(message.ts), "data": data}


def portfolio_v1_fields(message: PortfolioUpdate) -> Fields:
    """The same with the account, its money and its results."""
    fields = portfolio_fields(message)
    names = ("account", "total_pnl_pct", "realized_pnl", "equity", "cash")
    fields["data"] |= {name: getattr(message, name) for name in names}
    return fields


def own_fields(message: Any) -> Fields:
    """A message of a user's own topic: its fields as they are."""
    return dict(message) if isinstance(message, Mapping) else msgspec.structs.asdict(message)


class Shape(msgspec.Struct, frozen=True):
    """How the messages of one topic look on the wire."""

    type: str
    fields: Callable[[Any], Fields]
    joined: str = ""
    """The name of the object in which a batch's messages stand side by side by key; empty gives each its frame."""
    v1_only: tuple[str, ...] = ()
    """Fields of the message that only v1 carries."""
    id: str = ""
    """The field that identifies a message for good; empty takes topic and seq."""


class Dialect:
    """One way to put batches into frames."""

    def __init__(self, name: str, shapes: Mapping[str, Shape], *, numbered: bool) -> None:
        self.name, self.shapes, self.numbered = name, shapes, numbered

    def frames(self, batch: Batch) -> tuple[bytes, ...]:
        """The frames that carry `batch`, none for a topic that the dialect does not know."""
        if self.name not in batch.encoded:
            batch.encoded[self.name] = tuple(self._encode(batch))
        return batch.encoded[self.name]

    def _encode(self, batch: Batch) -> list[bytes]:
        shape = self.shapes.get(batch.topic)
        if shape is None and self.numbered:
            shape = Shape(batch.topic, own_fields)
        if shape is None:
            return []
        if shape.joined:
            return [self._join(shape, batch)]
        return [self._frame(shape, batch, entry) for entry in batch.entries]

    def _join(self, shape: Shape, batch: Batch) -> bytes:
        head = self._head(shape, batch, {"seq": batch.seq, "ts": batch.ts})
        body = b",".join([self._part(shape, entry) for entry in batch.entries])
        return b'%b,"%b":{%b},"timestamp":"%b"}' % (head, shape.joined.encode(), body, iso(batch.ts).encode())

    def _part(self, shape: Shape, entry: Entry) -> bytes:
        """`"AAPL":{…}`."""
        if self.name not in entry.encoded:
            entry.encoded[self.name] = encode(entry.key) + b":" + encode(shape.fields(entry.message))
        return entry.encoded[self.name]

    def _frame(self, shape: Shape, batch: Batch, entry: Entry) -> bytes:
        if self.name not in entry.encoded:
            fields = shape.fields(entry.message)
            if self.numbered:
                fields = {name: value for name, value in fields.items() if name not in HEAD}
                fields |= {name: getattr(entry.message, name) for name in shape.v1_only}
            fields.setdefault("timestamp", iso(entry.ts))
            entry.encoded[self.name] = encode(fields)[1:]
        identity = getattr(entry.message, shape.id) if shape.id else f"{batch.topic}:{entry.seq}"
        head = self._head(shape, batch, {"seq": entry.seq, "ts": entry.ts, "id": identity})
        return head + b"," + entry.encoded[self.name]

    def _head(self, shape: Shape, batch: Batch, numbers: Fields) -> bytes:
        """The opening brace and the fields that stand before the message's own."""
        head: Fields = {"type": shape.type}
        if self.numbered:
            head |= {"channel": batch.topic, **numbers}
            if batch.snapshot:
                head["snapshot"] = True
        return encode(head)[:-1]


_PRICES = Shape("price_update", price_fields, joined="symbols")

LEGACY = Dialect(
    "legacy",
    {
        "price_updates": _PRICES,
        "signals": Shape("signal", signal_fields),
        "trades": Shape("trade_executed", trade_fields),
        "portfolio": Shape("portfolio_update", portfolio_fields),
    },
    numbered=False,
)
V1 = Dialect(
    "v1",
    {
        "price_updates": _PRICES,
        "signals": Shape("signal", signal_fields, v1_only=("strategy",)),
        "trades": Shape("trade_executed", trade_fields, v1_only=("commission", "account", "corrects"), id="exec_id"),
        "portfolio": Shape("portfolio_update", portfolio_v1_fields),
        "health": Shape("health", health_fields, joined="streams"),
    },
    numbered=True,
)
