"""What all connections of one server share."""

from __future__ import annotations

import asyncio
from typing import Protocol

from tradestream_nb.server.clients import Clients
from tradestream_nb.server.door.admission import Admissions
from tradestream_nb.server.door.headcount import Headcount
from tradestream_nb.server.framing import DeflatedFraming, Framing
from tradestream_nb.server.limits import Limits

ANTEROOM = 256
"""Connections beside the clients': those that ask for a page, and those that have not asked for anything yet."""


class Guest(Protocol):
    """A connection, with a client or without one yet."""

    def look(self, now: float) -> None:
        """Make sure that the other end is still there."""

    def abort(self) -> None:
        """Hang up at once."""


class House:
    """The connections that are open, the door they came through, and the frames that they share."""

    def __init__(self, clients: Clients, admissions: Admissions, *, limits: Limits, compress: bool) -> None:
        self.clients, self.admissions, self.limits, self.compress = clients, admissions, limits, compress
        self._guests: dict[Guest, None] = {}
        self._waiting: dict[Guest, str] = {}
        self._anteroom = Headcount(limits.connections_per_address)
        self._empty = asyncio.Event()
        self._empty.set()
        self._framings: dict[tuple[bool, int], Framing] = {}

    def framing(self, *, text: bool, window_bits: int = 0) -> Framing:
        """The framing that every connection of this kind uses; with 0 bits nothing is deflated."""
        kind = (text, window_bits)
        if kind not in self._framings:
            framing = DeflatedFraming(text=text, window_bits=window_bits) if window_bits else Framing(text=text)
            self._framings[kind] = framing
        return self._framings[kind]

    def enter(self, guest: Guest, remote: str) -> None:
        """Take a connection in, or hang up where there are too many, or too many of its address without a client."""
        full = len(self._guests) >= self.limits.connections + ANTEROOM or self._anteroom.is_full(remote)
        self._guests[guest], self._waiting[guest] = None, remote
        self._anteroom.enter(remote)
        self._empty.clear()
        if full:
            guest.abort()

    def admit(self, guest: Guest) -> None:
        """Know that a connection has a client, which is counted elsewhere."""
        if (remote := self._waiting.pop(guest, None)) is not None:
            self._anteroom.leave(remote)

    def leave(self, guest: Guest) -> None:
        """Forget a connection."""
        self.admit(guest)
        self._guests.pop(guest, None)
        if not self._guests:
            self._empty.set()

    def look(self, now: float) -> None:
        """Look after every connection."""
        for guest in tuple(self._guests):
            guest.look(now)

    def abort(self) -> None:
        """Hang up on everyone."""
        for guest in tuple(self._guests):
            guest.abort()

    async def wait_empty(self) -> None:
        """Wait until all have left."""
        # One that has left may have come back in other clothes meanwhile.
        while self._guests:
            await self._empty.wait()
