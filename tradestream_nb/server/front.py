"""Puts the streams on a port, for whoever runs them: a server process, or a notebook beside its own work."""

from __future__ import annotations

from typing import Any

import msgspec

from tradestream_nb import clock
from tradestream_nb.manager import StreamManager
from tradestream_nb.server.access import Access
from tradestream_nb.server.connection import Server
from tradestream_nb.server.http import HttpRequest, Reply, json
from tradestream_nb.server.identity import Identity
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.metrics import Metrics
from tradestream_nb.server.operator import Operator
from tradestream_nb.server.pages import pages
from tradestream_nb.server.routes import Route, Routes


class Front:
    """Serves a manager's hub and dashboard, from `start` to `stop`; neither starts nor stops the streams.

    Call it on the manager's loop.
    """

    def __init__(self, manager: StreamManager, *, access: Access | None = None, limits: Limits | None = None) -> None:
        """By default only programs and pages of this machine get in."""
        self.manager, self.access, self.limits = manager, access or Access(), limits or Limits()
        self._pages = pages(self.ready)
        self._server: Server | None = None
        self._operator: Operator | None = None
        self._port: int | None = None
        self._started: int | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen and return the port, which the system chooses for port 0; a second call only returns it.

        Raises ServeError when that port is not to be had, and for an address that other machines would reach without
        a token, unless that is what `access` says.
        """
        if self._port is None:
            if self.access.tokens is not None:
                self.access.tokens.check(self.manager.hub.topics)
            routes = Routes(self._pages)
            admissions = self.access.admissions(host, routes, self.limits)
            server = Server(self.manager.hub, admissions, limits=self.limits, now=self.manager.now)
            operator = Operator(server.clients)
            routes.add({"/status": Route(self._status, needs="token"), **operator.routes()})
            routes.add(Metrics(self.manager, server.clients, admissions.refused).routes())
            self._port = await server.start(host, port, tls=self.access.tls)
            self._server, self._operator, self._started = server, operator, clock.now()
        return self._port

    async def stop(self) -> None:
        """Tell the clients and close; a second call changes nothing."""
        if self._server is not None:
            await self._server.stop()
        self._server = self._operator = self._port = self._started = None

    def ready(self) -> bool:
        """Whether it can be reached and the streams run, or do so as soon as someone reads them."""
        status = self.manager.status()
        return self._started is not None and (status.state in ("ok", "ended") or self.manager.waiting)

    def status(self, *, clients: bool = False) -> dict[str, Any]:
        """Everything an operator asks for first, as plain data; with `clients` each of them too."""
        return {
            "started": None if self._started is None else clock.iso(self._started),
            "connections": 0 if self._server is None else len(self._server.clients),
            **msgspec.to_builtins(self.manager.status()),
            "totals": None if self._operator is None else self._operator.totals(),
            **({"clients": self._operator.list()} if clients and self._operator is not None else {}),
        }

    def _status(self, request: HttpRequest, identity: Identity | None) -> Reply:
        return json(self.status(clients=identity is not None and identity.operate))
