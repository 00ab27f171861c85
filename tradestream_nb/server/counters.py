"""What an operator can know of a client, and of all of them together."""

from __future__ import annotations

from collections import Counter

import msgspec


class Counters(msgspec.Struct, frozen=True):
    """One client at one moment."""

    remote: str
    identity: str | None
    """The name of the token's holder; None before it was told."""
    mode: str
    codec: str
    connected: int
    """Since when, in epoch µs."""
    delivered: int
    """Messages handed to the connection."""
    sent: int
    """Bytes of them, as they go over the wire."""
    conflated: int
    """Values of states that were overtaken before the client took them."""
    dropped: int
    """Messages of logs that it can only get by coming back, because it was too slow for them."""
    buffered: int
    """Bytes that it has not taken yet."""
    lag_ms: int
    """For how long it has been too far behind to be given anything; 0 when it keeps up."""


class Totals(msgspec.Struct):
    """All clients since the start, those that have gone included."""

    connections: int = 0
    delivered: int = 0
    sent: int = 0
    conflated: int = 0
    dropped: int = 0
    ended: Counter[str] = msgspec.field(default_factory=Counter)
    """Connections that have ended, by reason."""

    def add(self, counters: Counters) -> None:
        """Count what a client was given."""
        self.delivered += counters.delivered
        self.sent += counters.sent
        self.conflated += counters.conflated
        self.dropped += counters.dropped
