"""ASGI's scopes as requests, and answers as its events."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from tradestream_nb.asgi.wire import Event
from tradestream_nb.server.web.http import HttpRequest, Reply

Scope = MutableMapping[str, Any]


def request(scope: Scope) -> HttpRequest:
    """What is asked for, seen from where the application is mounted."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, said = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {said}" if key in headers else said
    if scope["type"] == "websocket":
        headers["upgrade"] = "websocket"
        # Some servers take the header out once they have read it.
        headers["sec-websocket-protocol"] = ", ".join(scope.get("subprotocols", ()))
    path = str(scope["path"]).removeprefix(scope.get("root_path", "")) or "/"
    query = scope.get("query_string", b"").decode("latin-1")
    return HttpRequest(scope.get("method", "GET"), path, query, headers, remote(scope))


def remote(scope: Scope) -> str:
    """The other end's address; where the server has none to tell, it is this machine's, as behind a local socket."""
    return str((scope.get("client") or ("localhost",))[0])


def answer(reply: Reply, *, websocket: bool) -> Iterator[Event]:
    """The events of an answer, to a handshake too."""
    kind = "websocket.http.response" if websocket else "http.response"
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers().items()]
    yield {"type": f"{kind}.start", "status": reply.status, "headers": headers}
    yield {"type": f"{kind}.body", "body": reply.body}
