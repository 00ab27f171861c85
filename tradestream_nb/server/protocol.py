"""What a client may say and what it hears back, in both modes; text in, frames out, no socket."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal

import msgspec

from tradestream_nb import clock
from tradestream_nb.codec import JSON
from tradestream_nb.frames import Dialect
from tradestream_nb.hub import Hub, Subscription
from tradestream_nb.topics import ALL, NONE, Keys

HEARTBEAT = 15.0
"""Seconds of silence after which a v1 client hears a heartbeat."""


class Request(msgspec.Struct, frozen=True):
    """A client's message; fields that are not known are ignored."""

    type: str
    channel: str | None = None
    channels: list[str] | None = None
    symbols: list[str] | Literal["*"] | None = None
    since: Since | None = None
    history: Annotated[int, msgspec.Meta(ge=0)] = 0
    id: int | str | None = None
    t: int | float | str | None = None


class Since(msgspec.Struct, frozen=True):
    """Where a client that comes back had got to; `seq` is by channel, or one number for a single channel."""

    epoch: str
    seq: int | dict[str, int]

    def of(self, topic: str) -> int | None:
        """The seq for one topic, None where none was given."""
        return self.seq.get(topic) if isinstance(self.seq, dict) else self.seq


class Refusal(Exception):
    """Raised when a request cannot be granted; nothing has changed then."""

    def __init__(self, code: str, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(text)


class Protocol:
    """One client's side of the conversation; `LegacyProtocol` and `V1Protocol` say how it answers."""

    dialect: Dialect

    def __init__(self, hub: Hub, subscription: Subscription, *, now: Callable[[], int] = clock.now) -> None:
        self.hub, self.mailbox, self.now = hub, subscription.mailbox, now

    def opened(self) -> list[bytes]:
        """The frames that greet the client."""
        return []

    def received(self, data: str | bytes) -> list[bytes]:
        """The answer to what the client sent; nothing it sends can raise."""
        try:
            request = _decode(data)
        except Refusal as refusal:
            return [self.refused(refusal, None)]
        try:
            return self.answer(request)
        except Refusal as refusal:
            return [self.refused(refusal, request)]

    def pending(self) -> list[bytes]:
        """The frames the client has not had yet; raises ReaderTooSlow when some no longer exist."""
        return [frame for batch in self.mailbox.take() for frame in self.dialect.frames(batch)]

    def idle(self, seconds: float) -> list[bytes]:
        """What to say after so many seconds of silence."""
        return []

    def closing(self) -> list[bytes]:
        """What to say before the server goes."""
        return []

    def answer(self, request: Request) -> list[bytes]:
        """The answer to a request; raises Refusal."""
        raise Refusal("unknown_type", f"unknown message type {request.type!r}")

    def refused(self, refusal: Refusal, request: Request | None) -> bytes:
        """The error that tells the client of a refusal."""
        raise AssertionError("each mode has its own")

    def topic(self, channel: str) -> str:
        """The topic a channel names; raises Refusal."""
        name = {"price": "price_updates"}.get(channel, channel)
        known = self.channels()
        if name not in known:
            raise Refusal("unknown_channel", f"unknown channel {channel!r}; there are {', '.join(known)}")
        return name

    def channels(self) -> Iterable[str]:
        """The topics that this mode carries."""
        return self.hub.topics

    def subscribe(self, topic: str, keys: Keys) -> None:
        """Want keys of a topic: symbols that are named narrow a whole one, or come back to it; later ones are added."""
        wanted = self.mailbox.subscriptions.get(topic, NONE)
        narrow = keys != ALL and wanted.all_but and not keys.names <= wanted.names
        (self.mailbox.narrow if narrow else self.mailbox.subscribe)(topic, keys)

    def timestamp(self) -> str:
        """Now, as the wire writes it."""
        return clock.iso(self.now())


def keys_of(request: Request) -> Keys:
    """The keys a request is about: symbols, streams for `health`; all where none are named."""
    everything = not request.symbols or "*" in request.symbols
    return ALL if everything else Keys(request.symbols or ())


def frame(**fields: Any) -> bytes:
    """A message of the server's own."""
    return JSON.encode(fields)


_decoder = msgspec.json.Decoder(Request)


def _decode(data: str | bytes) -> Request:
    if isinstance(data, bytes):
        raise Refusal("bad_request", "binary messages are not understood; send JSON text")
    try:
        return _decoder.decode(data)
    except msgspec.ValidationError as error:
        raise Refusal("bad_request", f"this message does not fit: {error}") from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Refusal("bad_json", "this is not JSON") from None
