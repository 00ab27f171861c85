"""How many connections there may be, in all and from one address, and how fast they may come."""

from __future__ import annotations

from math import ceil

from tradestream_nb.server.door.address import is_loopback, party
from tradestream_nb.server.door.headcount import Headcount
from tradestream_nb.server.door.token_bucket import TokenBucket
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.web.http import Reply, text

RETRY = 5
"""Seconds after which one that was turned away for want of room may try again."""
PARTIES = 4096
"""Addresses whose pace is remembered."""


class Room:
    """Counts those who are in, and how fast others come."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._everyone = limits, _bucket(limits.handshakes_per_second)
        self._inside = 0
        self._by_address = Headcount(limits.connections_per_address)
        self._paces: dict[str, TokenBucket] = {}

    def refusal(self, remote: str, now: float) -> Reply | None:
        """Why one more from this address, at `now` in seconds, is turned away; None when there is room.

        This machine's own address may fill all the room there is: a proxy brings everyone by it.
        """
        own = is_loopback(remote)
        if wait := (0.0 if own else self._pace(party(remote)).take(now)) or self._everyone.take(now):
            return text(429, "too many handshakes at once", Retry_After=str(ceil(wait)))
        if self._inside >= self._limits.connections:
            return text(503, "too many connections", Retry_After=str(RETRY))
        if self._by_address.is_full(remote):
            return text(429, "too many connections from this address", Retry_After=str(RETRY))
        return None

    def enter(self, remote: str) -> None:
        """Count one in."""
        self._inside += 1
        self._by_address.enter(remote)

    def leave(self, remote: str) -> None:
        """Count one out."""
        self._inside -= 1
        self._by_address.leave(remote)

    def _pace(self, party: str) -> TokenBucket:
        if len(self._paces) >= PARTIES and party not in self._paces:
            self._paces.clear()
        return self._paces.setdefault(party, _bucket(self._limits.address_handshakes_per_second))


def _bucket(rate: float) -> TokenBucket:
    return TokenBucket(rate, max(1.0, rate))
