"""ASGI's scopes as requests, and answers as its events."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from tradestream_nb.asgi.wire import AsgiEvent
from tradestream_nb.server.door.admission import SUBPROTOCOLS
from tradestream_nb.server.web.http import HttpRequest, Reply
from tradestream_nb.server.wire.closing import CAPACITY, FORBIDDEN, RATE

Scope = MutableMapping[str, Any]

EXPLAINED = "websocket.http.response"
"""The extension of ASGI with which a refused handshake may say why."""
LATER = {429: RATE, 503: CAPACITY}
"""What an answer is as a close code, where it may be another one later."""


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


def answer(scope: Scope, reply: Reply) -> Iterator[AsgiEvent]:
    """The events of an answer, to a handshake too."""
    if scope["type"] == "websocket" and EXPLAINED not in (scope.get("extensions") or ()):
        yield from _closing(scope, reply)
        return
    kind = EXPLAINED if scope["type"] == "websocket" else "http.response"
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers().items()]
    yield {"type": f"{kind}.start", "status": reply.status, "headers": headers}
    yield {"type": f"{kind}.body", "body": reply.body}


def _closing(scope: Scope, reply: Reply) -> Iterator[AsgiEvent]:
    """The same where a server knows one answer only, 403, after which nobody comes back.

    Who may is let in, to hear that; with one of the subprotocols that it offered, or a browser would not listen.
    """
    code = LATER.get(reply.status)
    if code is not None:
        ours = (name for name in scope.get("subprotocols", ()) if name in SUBPROTOCOLS)
        yield {"type": "websocket.accept", "subprotocol": next(ours, None)}
    yield {"type": "websocket.close", "code": code or FORBIDDEN, "reason": reply.body.decode().strip()}
