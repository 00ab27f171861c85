"""What an operator sees of the clients, and how one is sent away."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict

from tradestream_nb import clock
from tradestream_nb.server.client import Client
from tradestream_nb.server.clients import Clients
from tradestream_nb.server.door.identity import Identity
from tradestream_nb.server.web.http import HttpRequest, Reply, json, text
from tradestream_nb.server.web.routes import READ, Route
from tradestream_nb.server.wire.closing import FORBIDDEN
from tradestream_nb.server.wire.requests import symbols_of

PATH = "/clients"


class Operator:
    """Lists the clients of a server and disconnects them."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def routes(self) -> dict[str, Route]:
        """`/clients` for all of them, `/clients/ID` for one; only for who may operate."""
        return {
            PATH: Route(self._list, needs="operate"),
            f"{PATH}/": Route(self._one, methods=(*READ, "DELETE"), needs="operate"),
        }

    def totals(self) -> dict[str, Any]:
        """All clients since the start, those that have gone included."""
        return asdict(self._clients.totals())

    def list(self) -> list[dict[str, Any]]:
        """Every client as plain data."""
        return [seen(client) for client in self._clients]

    def _list(self, request: HttpRequest, identity: Identity | None) -> Reply:
        return json({"clients": self.list()})

    def _one(self, request: HttpRequest, identity: Identity | None) -> Reply:
        name = request.path.rpartition("/")[2]
        client = next((client for client in self._clients if client.id == name), None)
        if client is None:
            return text(404, f"there is no client {name!r}")
        if request.method == "DELETE":
            # A final code, so that a client that comes back by itself stays away.
            self._clients.disconnect(name, FORBIDDEN, "disconnected by the operator")
            return json({"disconnected": name})
        return json(seen(client))


def seen(client: Client) -> dict[str, Any]:
    """One client: who it is, what it reads and how it keeps up."""
    counters = asdict(client.counters())
    wanted = {topic: symbols_of(keys) for topic, keys in client.subscription.mailbox.subscriptions.items()}
    return {"id": client.id, **counters, "connected": clock.iso(counters["connected"]), "subscriptions": wanted}
