"""How many connections there may be, in all and from one address, and how fast they may come."""

from __future__ import annotations

from collections import Counter
from math import ceil

from tradestream_nb.server.address import is_loopback, party
from tradestream_nb.server.bucket import Bucket
from tradestream_nb.server.http import Reply, text

RETRY = 5
"""Seconds after which one that was turned away for want of room may try again."""


class Room:
    """Counts those who are in."""

    def __init__(self, connections: int, *, per_address: int, per_second: float) -> None:
        self._most, self._per_address = connections, per_address
        self._bucket = Bucket(per_second, max(1.0, per_second))
        self._by_party: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._by_party.total()

    def refusal(self, remote: str, now: float) -> Reply | None:
        """Why one more from this address, at `now` in seconds, is turned away; None when there is room.

        This machine's own address may fill all the room there is: a proxy brings everyone by it.
        """
        if wait := self._bucket.take(now):
            return text(429, "too many handshakes at once", Retry_After=str(ceil(wait)))
        if len(self) >= self._most:
            return text(503, "too many connections", Retry_After=str(RETRY))
        if not is_loopback(remote) and self._by_party[party(remote)] >= self._per_address:
            return text(429, "too many connections from this address", Retry_After=str(RETRY))
        return None

    def enter(self, remote: str) -> None:
        """Count one in."""
        self._by_party[party(remote)] += 1

    def leave(self, remote: str) -> None:
        """Count one out."""
        self._by_party[party(remote)] -= 1
        self._by_party += Counter()
