"""The streams as an ASGI application, for FastAPI, Starlette or any other to carry among its own routes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from tradestream_nb.asgi.connection import AsgiConnection, Receive
from tradestream_nb.asgi.hold_back import held_back
from tradestream_nb.asgi.redacted import redacted
from tradestream_nb.asgi.requests import Scope, answer, remote, request
from tradestream_nb.asgi.router import router_of
from tradestream_nb.asgi.wire import Send
from tradestream_nb.manager import StreamManager, get_stream_manager
from tradestream_nb.server.clients import Clients
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.door.address import is_loopback
from tradestream_nb.server.door.admission import Admission, Admissions
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.web.http import Reply, text
from tradestream_nb.server.web.lobby import Lobby

FAREWELL = 0.5
"""Seconds in which the connection of a refused handshake ends."""


class Streams:
    """Serves the WebSocket at `/` and `/ws`, and the pages beside it, below wherever it is mounted.

    It works for the length of `lifespan`.
    """

    def __init__(
        self,
        manager: StreamManager | None = None,
        *,
        access: Access | None = None,
        limits: Limits | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        """Without a manager it is the one of `get_stream_manager()` when the application starts.

        `host` is the address that the application listens on. By default only programs and pages of this machine get
        in; for any other address `access` must say who does.
        """
        self._manager, self._access, self._limits, self._host = manager, access or Access(), limits or Limits(), host
        self._clients: Clients | None = None
        self._door: Admissions | None = None
        self._talks: set[asyncio.Future[None]] = set()
        """Done when the clients have gone."""
        self._leaving = False

    @asynccontextmanager
    async def lifespan(self, app: object = None) -> AsyncIterator[None]:
        """Start the streams with the application and stop them with it, unless they ran already.

        Raises ServeError for a host that would be open to everyone.
        """
        manager = self._manager or get_stream_manager()
        lobby = Lobby(manager, access=self._access, limits=self._limits)
        self._door, self._leaving = lobby.door(self._host), False
        identify = self._door.identify
        self._clients = clients = Clients(manager.hub, limits=self._limits, now=manager.now, identify=identify)
        lobby.open(clients, self._door)
        clients.start()
        ours = manager.status().state == "stopped"
        try:
            if ours:
                await manager.start_all()
            with held_back(self._say_goodbye), redacted():
                yield
        finally:
            self._clients = self._door = None
            if ours:
                await manager.stop_all()
            clients.say_goodbye()
            clients.stop()
            lobby.close()

    def router(self) -> Any:
        """The same as a router of FastAPI, or of Starlette, to include with or without a prefix, or to mount."""
        return router_of(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or talk over one WebSocket."""
        websocket = scope["type"] == "websocket"
        if websocket:
            await receive()
        decision = self._decide(scope)
        if isinstance(decision, Admission):
            await self._talk(decision, scope, receive, send)
        else:
            for event in answer(scope, decision):
                await send(event)
            if websocket:
                await _end(receive)

    def _decide(self, scope: Scope) -> Reply | Admission:
        if self._door is None:
            return text(503, "the streams are not started; give the application their lifespan")
        if self._leaving:
            return text(503, "the server stops; come back in a moment")
        if is_loopback(self._host) and not is_loopback(remote(scope)):
            return text(
                403, "this is for programs of the same machine; allow others with Streams(host=..., access=...)"
            )
        return self._door.enter(request(scope))

    async def _talk(self, admission: Admission, scope: Scope, receive: Receive, send: Send) -> None:
        door, clients = self._door, self._clients
        assert door is not None and clients is not None
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._talks.add(over)
        try:
            await AsgiConnection(clients, self._limits, scope, receive, send).run(admission)
        finally:
            door.left(remote(scope))
            self._talks.remove(over)
            over.set_result(None)

    async def _say_goodbye(self) -> None:
        """Tell everyone who is there that the server stops, and wait until they have gone, though not for long."""
        self._leaving = True
        if self._clients is not None and self._talks:
            self._clients.say_goodbye()
            await asyncio.wait(tuple(self._talks), timeout=2 * self._limits.close_deadline)


async def _end(receive: Receive) -> None:
    """Stay until a refused handshake is over, for uvicorn takes an application that has left before for a broken one.

    It says so twice: once when it has sent the answer, and once when the connection is gone.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(FAREWELL):
            await receive()
            await receive()
