"""The door of a server that has no streams behind it, and requests that knock."""

from __future__ import annotations

from tradestream_nb.server.door.access import Access
from tradestream_nb.server.door.admission import Admissions
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.web.http import HttpRequest, json
from tradestream_nb.server.web.pages import pages
from tradestream_nb.server.web.routes import Route, Routes

HOST = "127.0.0.1"


def door(access: Access | None = None, *, host: str = HOST, limits: Limits | None = None) -> Admissions:
    """A door with the pages, `/status` for whoever has a token and `/clients` for who operates."""
    status = Route(lambda request, identity: json({}), needs="token")
    clients = Route(lambda request, identity: json([]), methods=("GET", "HEAD", "DELETE"), needs="operate")
    routes = Routes({**pages(lambda: True), "/status": status, "/clients": clients})
    return (access or Access()).admissions(host, routes, limits or Limits())


def knock(
    path: str = "/ws", *, method: str = "GET", query: str = "", remote: str = HOST, **headers: str
) -> HttpRequest:
    """A request for a WebSocket, or for a page when the path is none of its own; headers with `_` for `-`."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    upgrade = {"upgrade": "websocket"} if path == "/ws" else {}
    return HttpRequest(method, path, query, {"host": HOST, **upgrade, **given}, remote)
