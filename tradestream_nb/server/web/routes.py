"""Which paths there are beside the WebSocket, who may ask for them, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from tradestream_nb.server.door.identity import Identity
from tradestream_nb.server.web.http import HttpRequest, Reply, text

READ = ("GET", "HEAD")
CHALLENGE = 'Bearer realm="tradestream", Basic realm="tradestream", charset="UTF-8"'


class Route(msgspec.Struct, frozen=True):
    """How a path is answered."""

    answer: Callable[[HttpRequest, Identity | None], Reply]
    methods: tuple[str, ...] = READ
    needs: Literal["nothing", "token", "operate"] = "nothing"


class Routes:
    """Paths and their routes; one that ends with a slash is for everything below it."""

    def __init__(self, routes: Mapping[str, Route]) -> None:
        self._routes = dict(routes)

    def add(self, routes: Mapping[str, Route]) -> None:
        """Answer these paths as well."""
        self._routes |= routes

    def reply(self, request: HttpRequest, identity: Identity | None) -> Reply:
        """The answer to a request; 401 and 403 when this is not for its sender."""
        route = self._find(request.path)
        if route is None:
            return text(404, "not found")
        if request.method not in route.methods:
            return text(405, f"{request.path} takes {', '.join(route.methods)}", Allow=", ".join(route.methods))
        if route.needs != "nothing" and identity is None:
            return unauthorized("this needs a token")
        if route.needs == "operate" and identity is not None and not identity.operate:
            return text(403, f"the token {identity.name!r} has no scope to operate")
        reply = route.answer(request, identity)
        return reply.without_body() if request.method == "HEAD" else reply

    def _find(self, path: str) -> Route | None:
        below = path[: path.rfind("/") + 1]
        return self._routes.get(path) or (self._routes.get(below) if below != "/" else None)


def unauthorized(reason: str) -> Reply:
    """401, with the ways to send a token."""
    return text(401, reason, WWW_Authenticate=CHALLENGE)
