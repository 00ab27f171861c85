"""The mode of clients that offer no subprotocol: all topics at once, in the shapes of the first dashboards."""

from __future__ import annotations

from tradestream_nb.frames import LEGACY
from tradestream_nb.keys import ALL
from tradestream_nb.server.door.identity import Identity
from tradestream_nb.server.wire.protocol import Protocol
from tradestream_nb.server.wire.reader import Reader
from tradestream_nb.server.wire.refusal import Refusal
from tradestream_nb.server.wire.replies import (
    LegacyAuthenticated,
    LegacyError,
    LegacyPong,
    LegacySubscribed,
    LegacyUnsubscribed,
    Said,
)
from tradestream_nb.server.wire.requests import (
    LEGACY_REQUESTS,
    Auth,
    LegacyAuth,
    LegacyPing,
    LegacySubscribe,
    LegacySymbolRequest,
    Request,
)


class LegacyProtocol(Protocol):
    """Subscribed to every topic from the start; may ping, and narrow or leave channels."""

    dialect = LEGACY
    reader = Reader(LEGACY_REQUESTS)
    strict, patience = False, 10

    def admitted(self, identity: Identity) -> list[bytes]:
        """Subscribe to all there is; the first frames carry the current values."""
        super().admitted(identity)
        for topic in self.channels():
            self.mailbox.subscribe(topic)
        return []

    def carried(self) -> list[str]:
        """The four topics that the first dashboards know."""
        return list(self.dialect.shapes)

    def answer(self, request: Request) -> list[bytes]:
        """The answer to a request; raises Refusal."""
        if isinstance(request, LegacyPing):
            return [self.say(LegacyPong(timestamp=self.timestamp()))]
        assert isinstance(request, LegacySymbolRequest)
        if request.channel is None:
            raise Refusal("bad_request", f"{request.kind()} needs a channel")
        topic, keys = self.topic(request.channel), self.named(request.symbols)
        more = isinstance(request, LegacySubscribe)
        wanted = self.with_more(topic, keys) if more else self.with_less(topic, keys)
        self.check({topic: wanted})
        self.mailbox.want(topic, wanted)
        reply = LegacySubscribed if more else LegacyUnsubscribed
        symbols = [] if keys == ALL else list(request.symbols or ())
        return [self.say(reply(channel=request.channel, symbols=symbols, timestamp=self.timestamp()))]

    def authenticated(self, request: Auth | LegacyAuth) -> Said:
        """The answer to `auth`."""
        return LegacyAuthenticated(timestamp=self.timestamp())

    def refused(self, refusal: Refusal) -> Said:
        """`{"type":"error","error","timestamp"}`."""
        return LegacyError(error=refusal.text, timestamp=self.timestamp())
