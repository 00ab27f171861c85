"""What is seen of the streams beside the WebSocket: pages, status, metrics and the operator's part."""

from __future__ import annotations

from typing import Any

import msgspec

from tradestream_nb import clock
from tradestream_nb.manager import StreamManager
from tradestream_nb.server.clients import Clients
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.door.admission import Admissions
from tradestream_nb.server.door.identity import Identity
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.web.http import HttpRequest, Reply, json
from tradestream_nb.server.web.metrics import Metrics
from tradestream_nb.server.web.operator import Operator
from tradestream_nb.server.web.pages import pages
from tradestream_nb.server.web.routes import Route, Routes


class Lobby:
    """Opened for the clients of one server at a time; knows nothing of how they come."""

    def __init__(self, manager: StreamManager, *, access: Access | None = None, limits: Limits | None = None) -> None:
        """By default only programs and pages of this machine get in."""
        self.manager, self.access, self.limits = manager, access or Access(), limits or Limits()
        self._routes = Routes(pages(self.ready))
        self._clients: Clients | None = None
        self._started: int | None = None

    def door(self, host: str) -> Admissions:
        """Who decides what to do with a request to `host`; raises ServeError where that would be open to everyone."""
        if self.access.tokens is not None:
            self.access.tokens.check(self.manager.hub.topics)
        return self.access.admissions(host, self._routes, self.limits)

    def open(self, clients: Clients, door: Admissions) -> None:
        """Show these clients from now on."""
        self._routes.add({"/status": Route(self._status, needs="token"), **Operator(clients).routes()})
        self._routes.add(Metrics(self.manager, clients, door.refused).routes())
        self._clients, self._started = clients, clock.now()

    def close(self) -> None:
        """Show none any more."""
        self._clients = self._started = None

    def ready(self) -> bool:
        """Whether it can be reached and the streams run, or do so as soon as someone reads them."""
        status = self.manager.status()
        return self._started is not None and (status.state in ("ok", "ended") or self.manager.waiting)

    def status(self, *, clients: bool = False) -> dict[str, Any]:
        """Everything an operator asks for first, as plain data; with `clients` each of them too."""
        operator = None if self._clients is None else Operator(self._clients)
        return {
            "started": None if self._started is None else clock.iso(self._started),
            "connections": 0 if self._clients is None else len(self._clients),
            **msgspec.to_builtins(self.manager.status()),
            "totals": None if operator is None else operator.totals(),
            **({"clients": operator.list()} if clients and operator is not None else {}),
        }

    def _status(self, request: HttpRequest, identity: Identity | None) -> Reply:
        return json(self.status(clients=identity is not None and identity.operate))
