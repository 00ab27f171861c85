"""Requests and answers of HTTP in the words of the library that reads and writes them."""

from __future__ import annotations

from http import HTTPStatus

from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.typing import StatusLike

from tradestream_nb.server.web import http
from tradestream_nb.server.web.http import HttpRequest, Reply


class Handshake(ServerProtocol):
    """The library's side of a connection, whose own refusals look like all other answers."""

    def reject(self, status: StatusLike, text: str) -> Response:
        """The answer to what cannot be read, or is no handshake."""
        return response(http.text(int(status), text.strip()))


def read(request: Request, remote: str) -> HttpRequest:
    """A request as the rest of the server knows it."""
    path, _, query = request.path.partition("?")
    headers = {name.lower(): ", ".join(request.headers.get_all(name)) for name in request.headers}
    return HttpRequest(request.method, path, query, headers, remote)


def response(reply: Reply) -> Response:
    """An answer after which the connection ends."""
    headers = Headers({**reply.headers(), "Connection": "close"})
    return Response(reply.status, HTTPStatus(reply.status).phrase, headers, reply.body)
