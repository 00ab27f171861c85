"""How many there are of each address, and whether that is its share."""

from __future__ import annotations

from collections import Counter

from tradestream_nb.server.door.address import is_loopback, party


class Headcount:
    """Counts by address; one of IPv6 is its whole network."""

    def __init__(self, share: int) -> None:
        """`share` is what one address may have."""
        self._share = share
        self._by_party: Counter[str] = Counter()

    def is_full(self, remote: str) -> bool:
        """Whether an address has its share; this machine's own is without bound: a proxy brings everyone by it."""
        return not is_loopback(remote) and self._by_party[party(remote)] >= self._share

    def enter(self, remote: str) -> None:
        """Count one more."""
        self._by_party[party(remote)] += 1

    def leave(self, remote: str) -> None:
        """Count one less."""
        self._by_party[party(remote)] -= 1
        if not self._by_party[party(remote)]:
            del self._by_party[party(remote)]
