"""The mode of clients that offer no subprotocol: all topics at once, in the shapes of the first dashboards."""

from __future__ import annotations

from collections.abc import Iterable

from tradestream_nb.frames import LEGACY
from tradestream_nb.server.protocol import Protocol, Refusal, Request, frame, keys_of
from tradestream_nb.topics import ALL


class LegacyProtocol(Protocol):
    """Subscribed to every topic from the start; may ping, and narrow or leave channels."""

    dialect = LEGACY

    def opened(self) -> list[bytes]:
        """Subscribe to all there is; the first frames carry the current values."""
        for topic in self.channels():
            self.mailbox.subscribe(topic)
        return []

    def channels(self) -> Iterable[str]:
        """The four topics that the first dashboards know."""
        return self.dialect.shapes

    def answer(self, request: Request) -> list[bytes]:
        """The answer to a request; raises Refusal."""
        if request.type == "ping":
            return [frame(type="pong", timestamp=self.timestamp())]
        if request.type not in ("subscribe", "unsubscribe"):
            return super().answer(request)
        if request.channel is None:
            raise Refusal("bad_request", f"{request.type} needs a channel")
        topic = self.topic(request.channel)
        keys = keys_of(request)
        if request.type == "subscribe":
            self.subscribe(topic, keys)
        else:
            self.mailbox.unsubscribe(topic, keys)
        symbols = [] if keys == ALL else request.symbols
        return [frame(type=f"{request.type}d", channel=request.channel, symbols=symbols, timestamp=self.timestamp())]

    def refused(self, refusal: Refusal, request: Request | None) -> bytes:
        """`{"type":"error","error","timestamp"}`."""
        return frame(type="error", error=refusal.text, timestamp=self.timestamp())
