"""A connection that is yet to speak TLS: it counts like any other from its first moment, and does not stay for long."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from typing import cast

from tradestream_nb.server.door.address import remote_of
from tradestream_nb.server.house import House
from tradestream_nb.server.socket import Socket


class TlsHandshake(asyncio.Protocol):
    """Stands in the house for a connection until both ends have agreed on a key; a `Socket` takes its place then.

    A loop that is given the certificate tells of a connection only then, and holds any number of others meanwhile.
    """

    def __init__(self, house: House, tls: ssl.SSLContext) -> None:
        self._house, self._tls = house, tls
        self._transport: asyncio.Transport
        self._connection: socket.socket | None = None
        self._agreeing: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection from the loop, and give it back to speak TLS on, unless there are too many."""
        self._transport = cast(asyncio.Transport, transport)
        self._house.enter(self, remote_of(transport))
        if not transport.is_closing():
            # Not `start_tls`: what comes before that begins, or right behind the key, would be lost on some loops.
            with suppress(OSError):
                self._connection = transport.get_extra_info("socket").dup()
                self._agreeing = asyncio.create_task(self._agree(self._connection))
        self._transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        """Leave, unless the connection goes on without this end of it."""
        if self._connection is None:
            self._house.leave(self)

    def look(self, now: float) -> None:
        """Do nothing: the deadline is near."""

    def abort(self) -> None:
        """Hang up at once."""
        if self._connection is None:
            self._transport.abort()
        else:
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)

    async def _agree(self, connection: socket.socket) -> None:
        limits, loop = self._house.limits, asyncio.get_running_loop()
        try:
            # The loop hangs up on one that speaks no TLS, or not in time.
            with suppress(OSError):
                await loop.connect_accepted_socket(
                    lambda: _Secured(self._house, self),
                    connection,
                    ssl=self._tls,
                    ssl_handshake_timeout=limits.handshake_deadline,
                    ssl_shutdown_timeout=limits.close_deadline,
                )
        finally:
            self._house.leave(self)


class _Secured(Socket):
    """A socket that is not counted twice, in its own place and in that of its handshake."""

    def __init__(self, house: House, handshake: TlsHandshake) -> None:
        super().__init__(house)
        self._handshake = handshake

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._house.leave(self._handshake)
        super().connection_made(transport)
