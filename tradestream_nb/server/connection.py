"""Hosts a hub behind WebSocket connections; the only module that knows the `websockets` library."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Callable, Sequence
from http import HTTPStatus

from websockets.asyncio.server import Server as WebSocketServer
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from tradestream_nb import clock
from tradestream_nb.errors import ReaderTooSlow, ServeError
from tradestream_nb.hub import Hub
from tradestream_nb.server.admission import Admissions
from tradestream_nb.server.http import HttpRequest, Reply
from tradestream_nb.server.legacy import LegacyProtocol
from tradestream_nb.server.protocol import Protocol
from tradestream_nb.server.v1 import SUBPROTOCOL, V1Protocol

logger = logging.getLogger(__name__)

SOFT_LIMIT = 64 * 1024
"""Bytes in a client's write buffer above which nothing more is put there: states conflate, logs wait."""
GRACE = 10.0
"""Seconds that a client may stay above the soft limit before it is cut off."""
MAX_MESSAGE = 32 * 1024
CLOSE_RESTART, CLOSE_SLOW = 1012, 4508
LOOK = 0.05
"""Seconds between two looks at the clients that could not take more."""


class Client:
    """One connection: moves frames from its mailbox to its socket while the socket takes them."""

    def __init__(self, hub: Hub, ws: ServerConnection, *, now: Callable[[], int]) -> None:
        self.ws, self._hub, self._loop = ws, hub, asyncio.get_running_loop()
        self.subscription = hub.open(self._wake)
        self.subscription.wake_at_once = self.flush
        mode = V1Protocol if ws.subprotocol == SUBPROTOCOL else LegacyProtocol
        self.protocol: Protocol = mode(hub, self.subscription, now=now)
        self._scheduled = False
        self._last = self._blocked_since = self._loop.time()

    async def run(self) -> None:
        """Talk to the client until it goes."""
        try:
            self._send(self.protocol.opened())
            self.flush()
            async for data in self.ws:
                await self._answer(self.protocol.received(data))
                self.flush()
        except ConnectionClosed:
            pass
        finally:
            self._hub.close(self.subscription)

    def flush(self) -> None:
        """Send what is pending, unless the client has not taken what it was sent before."""
        if self._buffered() >= SOFT_LIMIT:
            if not self.subscription.blocked:
                self.subscription.blocked, self._blocked_since = True, self._loop.time()
            return
        self.subscription.blocked = False
        try:
            self._send(self.protocol.pending())
        except ReaderTooSlow as error:
            logger.warning("client %s: %s", self.ws.remote_address, error)
            self.drop()

    def look(self) -> None:
        """Try again where the client was blocked, cut it off when that has gone on for too long."""
        if self.subscription.blocked:
            self.flush()
        if self.subscription.blocked and self._loop.time() - self._blocked_since > GRACE:
            logger.warning("client %s does not read; cut off", self.ws.remote_address)
            self.drop()
        self._send(self.protocol.idle(self._loop.time() - self._last))

    def drop(self) -> None:
        """Close as slow, at once: a closing handshake would wait behind the very data that is not read."""
        self._hub.close(self.subscription)
        if self._buffered() < SOFT_LIMIT:
            self._loop.create_task(self.ws.close(CLOSE_SLOW, "too slow; resume with since"))
        else:
            self.ws.transport.abort()

    def say_goodbye(self) -> None:
        """Announce the shutdown; a client that does not read is cut off, for it would hold the server up."""
        self.flush()
        if self._buffered() >= SOFT_LIMIT:
            self.ws.transport.abort()
        else:
            self._send(self.protocol.closing())

    def _wake(self) -> None:
        """Flush once at the end of this turn of the loop, however many messages it brings."""
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._end_turn)

    def _end_turn(self) -> None:
        self._scheduled = False
        self.flush()

    async def _answer(self, frames: Sequence[bytes]) -> None:
        """Send what was asked for; while the client does not take it, nothing more is read from it."""
        for data in frames:
            await self.ws.send(data, text=True)
        self._last = self._loop.time()

    def _send(self, frames: Sequence[bytes]) -> None:
        for data in frames:
            broadcast([self.ws], data, text=True)
        if frames:
            self._last = self._loop.time()

    def _buffered(self) -> int:
        return self.ws.transport.get_write_buffer_size()


class Server:
    """Listens on one port for dashboards, monitors and browsers."""

    def __init__(self, hub: Hub, admissions: Admissions, *, now: Callable[[], int] = clock.now) -> None:
        """`now` is the streams' own clock in epoch µs, which a replay turns back."""
        self._hub, self._admissions, self._now = hub, admissions, now
        self.clients: set[Client] = set()
        self._server: WebSocketServer | None = None
        self._looking: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen and return the port, which was chosen by the system for port 0; raises ServeError."""
        try:
            self._server = await serve(
                self._serve_client,
                host,
                port,
                process_request=self._process_request,
                select_subprotocol=_select_subprotocol,
                compression=None,
                max_size=MAX_MESSAGE,
                max_queue=8,
                open_timeout=2,
                close_timeout=1,
                server_header=None,
                logger=logging.getLogger("websockets.server"),
            )
        except (OSError, OverflowError) as error:
            raise ServeError(_listen_problem(error, host, port)) from error
        self._looking = asyncio.create_task(self._look())
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Tell every client, close, and wait at most two seconds for those that do not answer."""
        if self._server is None or self._looking is None:
            return
        self._looking.cancel()
        for client in tuple(self.clients):
            client.say_goodbye()
        self._server.close(code=CLOSE_RESTART, reason="the server stops")
        try:
            await asyncio.wait_for(asyncio.shield(self._server.wait_closed()), 2)
        except TimeoutError:
            for client in tuple(self.clients):
                client.ws.transport.abort()
            await self._server.wait_closed()
        self._server = None

    async def _serve_client(self, ws: ServerConnection) -> None:
        client = Client(self._hub, ws, now=self._now)
        self.clients.add(client)
        try:
            await client.run()
        finally:
            self.clients.discard(client)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            for client in tuple(self.clients):
                client.look()

    def _process_request(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer plain HTTP here; let a handshake through that is admitted."""
        remote = str(connection.remote_address[0])
        decision = self._admissions.enter(_read(request, remote))
        if isinstance(decision, Reply):
            return Response(
                decision.status, HTTPStatus(decision.status).phrase, Headers(decision.headers()), decision.body
            )
        connection.connection_lost_waiter.add_done_callback(lambda _: self._admissions.left(remote))
        return None


def _read(request: Request, remote: str) -> HttpRequest:
    path, _, query = request.path.partition("?")
    headers = {name.lower(): ", ".join(request.headers.get_all(name)) for name in request.headers}
    return HttpRequest(request.method, path, query, headers, remote)


def _select_subprotocol(connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return Subprotocol(SUBPROTOCOL) if SUBPROTOCOL in offered else None


def _listen_problem(error: OSError | OverflowError, host: str, port: int) -> str:
    if isinstance(error, OverflowError):
        return f"there is no port {port}; ports go up to 65535"
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use on {host}; stop what holds it or choose another port"
    return f"cannot listen on {host}:{port}: {error.strerror or error}"
