"""Listens on a port, and hosts a hub behind the connections that come in."""

from __future__ import annotations

import asyncio
import errno
import ssl
import sys
from collections.abc import Callable
from functools import partial

from tradestream_nb import clock
from tradestream_nb.errors import ServeError
from tradestream_nb.hub import Hub
from tradestream_nb.server.clients import Clients
from tradestream_nb.server.door.admission import Admissions
from tradestream_nb.server.house import House
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.socket import Socket
from tradestream_nb.server.tls_handshake import TlsHandshake

BACKLOG = 1024
"""Connections that may wait to be taken in, as after a restart when everyone comes back."""
TLS_BY_LOOP = sys.platform == "win32"
"""Whether the loop has to speak TLS from the start: there nobody can go on with a connection that it has given up."""


class Server:
    """One port for dashboards, monitors and browsers; make it and use it on the loop."""

    def __init__(
        self,
        hub: Hub,
        admissions: Admissions,
        *,
        limits: Limits | None = None,
        now: Callable[[], int] = clock.now,
        compress: bool = False,
    ) -> None:
        """`now` is the streams' own clock in epoch µs, which a replay turns back.

        With `compress` messages are deflated for the clients that offer to take them so.
        """
        limits = limits or Limits()
        self.clients = Clients(hub, limits=limits, now=now, identify=admissions.identify)
        self._limits, self._house = limits, House(self.clients, admissions, limits=limits, compress=compress)
        self._server: asyncio.Server | None = None
        self._looking: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int, *, tls: ssl.SSLContext | None = None) -> int:
        """Listen and return the port, which was chosen by the system for port 0; raises ServeError."""
        loop, by_loop = asyncio.get_running_loop(), tls if TLS_BY_LOOP else None
        try:
            self._server = await loop.create_server(
                self._guests(None if by_loop else tls),
                host,
                port,
                backlog=BACKLOG,
                ssl=by_loop,
                ssl_handshake_timeout=self._limits.handshake_deadline if by_loop else None,
                ssl_shutdown_timeout=self._limits.close_deadline if by_loop else None,
            )
        except (OSError, OverflowError) as error:
            raise ServeError(_listen_problem(error, host, port)) from error
        self.clients.start()
        self._looking = asyncio.create_task(self._look())
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Tell every client, close, and hang up on those that do not answer; a second call changes nothing."""
        if self._server is None or self._looking is None:
            return
        server, self._server = self._server, None
        server.close()
        self._looking.cancel()
        self.clients.say_goodbye()
        self.clients.stop()
        try:
            async with asyncio.timeout(2 * self._limits.close_deadline):
                await self._house.wait_empty()
        except TimeoutError:
            self._house.abort()
            await self._house.wait_empty()

    def _guests(self, tls: ssl.SSLContext | None) -> Callable[[], asyncio.Protocol]:
        """Makes what becomes of a connection that comes in."""
        return partial(Socket, self._house) if tls is None else partial(TlsHandshake, self._house, tls)

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(1)
            self._house.look(loop.time())


def _listen_problem(error: OSError | OverflowError, host: str, port: int) -> str:
    if isinstance(error, OverflowError):
        return f"there is no port {port}; ports go up to 65535"
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use on {host}; stop what holds it or choose another port"
    return f"cannot listen on {host}:{port}: {error.strerror or error}"
