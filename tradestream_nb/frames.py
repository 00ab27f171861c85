"""Messages as the frames of the wire, in its dialects; each message is encoded once per dialect, whoever reads it.

`LEGACY` is what the first dashboards read: four shapes and no field more. `V1` has the same shapes with `channel`,
`seq`, `ts` (epoch µs), `id` and the fields that came later; `V1_MSGPACK` says the same in MessagePack.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from tradestream_nb.bodies import (
    HealthLine,
    PortfolioBody,
    PortfolioBodyV1,
    PriceLine,
    SignalBody,
    SignalBodyV1,
    TradeBody,
    TradeBodyV1,
)
from tradestream_nb.clock import iso
from tradestream_nb.codec import JSON, MSGPACK, Codec
from tradestream_nb.topics import Batch, Entry

Fields = dict[str, Any]

HEAD = ("type", "channel", "seq", "ts", "id", "snapshot")
"""What stands at the front of a v1 frame; a user's message's own field of such a name gives way."""


class Sent(Protocol):
    """What of a message is sent; a class of `bodies`."""

    def of(self, message: Any) -> Any:
        """The fields that are sent; raises AttributeError for a message of another kind."""


class Shape(msgspec.Struct, frozen=True):
    """How the messages of one topic look on the wire."""

    type: str
    body: Sent
    joined: str = ""
    """The name of the object in which a batch's messages stand side by side by key; empty gives each its frame."""
    id: str = ""
    """The field that identifies a message for good; empty takes topic and seq."""


class Own:
    """A message of a user's own topic: its fields as they are."""

    def of(self, message: Any) -> Fields:
        """The fields, but for those that the frame has itself."""
        fields = dict(message) if isinstance(message, Mapping) else msgspec.structs.asdict(message)
        return {name: value for name, value in fields.items() if name not in HEAD}


OWN = Own()


class Dialect:
    """One way to put batches into frames."""

    def __init__(self, name: str, shapes: Mapping[str, Shape], *, numbered: bool, codec: Codec = JSON) -> None:
        self.name, self.shapes, self.numbered, self.codec = name, shapes, numbered, codec
        self._place: tuple[str, int, int, bool] | None = None
        self._around = b"", b""

    def frames(self, batch: Batch) -> tuple[bytes, ...]:
        """The frames that carry `batch`, none for a topic that the dialect does not know."""
        frames = batch.encoded.get(self.name)
        if frames is None:
            frames = batch.encoded[self.name] = self._encode(batch)
        return frames

    def part(self, batch: Batch, entries: Sequence[Entry]) -> bytes:
        """The frame that carries some of the entries of a batch whose messages stand side by side."""
        return self._join(self.shapes[batch.topic], batch, entries, max([entry.ts for entry in entries]))

    def _encode(self, batch: Batch) -> tuple[bytes, ...]:
        shape = self.shapes.get(batch.topic)
        if shape is None and self.numbered:
            shape = Shape(batch.topic, OWN)
        if shape is None:
            return ()
        if shape.joined:
            return (self._join(shape, batch, batch.entries, batch.ts),)
        return tuple([self._frame(shape, batch, entry) for entry in batch.entries])

    def _join(self, shape: Shape, batch: Batch, entries: Sequence[Entry], ts: int) -> bytes:
        place = (batch.topic, batch.seq, ts, batch.snapshot)
        if self._place != place:
            # Readers of different keys get different batches in one turn, in frames that begin and end alike.
            head = self._head(shape, batch, {"seq": batch.seq, "ts": ts})
            tail = self.codec.encode({"timestamp": iso(ts)})
            self._place, self._around = place, self.codec.around(head, shape.joined, tail)
        before, behind = self._around
        name = self.name
        pairs = [entry.encoded.get(name) or self._pair(shape, entry) for entry in entries]
        return self.codec.join(before, pairs, behind)

    def _pair(self, shape: Shape, entry: Entry) -> bytes:
        pair = entry.encoded[self.name] = self.codec.pair(entry.key, _sent(shape, entry))
        return pair

    def _frame(self, shape: Shape, batch: Batch, entry: Entry) -> bytes:
        if self.name not in entry.encoded:
            sent = _sent(shape, entry)
            if isinstance(sent, dict):
                sent.setdefault("timestamp", iso(entry.ts))
            entry.encoded[self.name] = self.codec.encode(sent)
        identity = getattr(entry.message, shape.id, None) or f"{batch.topic}:{entry.seq}"
        head = self._head(shape, batch, {"seq": entry.seq, "ts": entry.ts, "id": identity})
        return self.codec.merge(head, entry.encoded[self.name])

    def _head(self, shape: Shape, batch: Batch, numbers: Fields) -> bytes:
        """The fields that stand before the message's own."""
        head: Fields = {"type": shape.type}
        if self.numbered:
            head |= {"channel": batch.topic, **numbers}
            if batch.snapshot:
                head["snapshot"] = True
        return self.codec.encode(head)


def _sent(shape: Shape, entry: Entry) -> Any:
    """What of a message is sent; one of another kind than its topic's is sent as it is."""
    try:
        return shape.body.of(entry.message)
    except AttributeError:
        return OWN.of(entry.message)


_PRICES = Shape("price_update", PriceLine, joined="symbols")

LEGACY = Dialect(
    "legacy",
    {
        "price_updates": _PRICES,
        "signals": Shape("signal", SignalBody),
        "trades": Shape("trade_executed", TradeBody),
        "portfolio": Shape("portfolio_update", PortfolioBody),
    },
    numbered=False,
)
V1 = Dialect(
    "v1",
    {
        "price_updates": _PRICES,
        "signals": Shape("signal", SignalBodyV1),
        "trades": Shape("trade_executed", TradeBodyV1, id="exec_id"),
        "portfolio": Shape("portfolio_update", PortfolioBodyV1),
        "health": Shape("health", HealthLine, joined="streams"),
    },
    numbered=True,
)
V1_MSGPACK = Dialect("v1.msgpack", V1.shapes, numbered=True, codec=MSGPACK)
