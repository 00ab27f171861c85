"""Requests and answers of HTTP in the words of the library that reads and writes them."""

from __future__ import annotations

from http import HTTPStatus

from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from tradestream_nb.server.web.http import HttpRequest, Reply


def read(request: Request, remote: str) -> HttpRequest:
    """A request as the rest of the server knows it."""
    path, _, query = request.path.partition("?")
    headers = {name.lower(): ", ".join(request.headers.get_all(name)) for name in request.headers}
    return HttpRequest(request.method, path, query, headers, remote)


def response(reply: Reply) -> Response:
    """An answer after which the connection ends."""
    headers = Headers({**reply.headers(), "Connection": "close"})
    return Response(reply.status, HTTPStatus(reply.status).phrase, headers, reply.body)
