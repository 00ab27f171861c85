"""The pages and endpoints that anyone may see: the dashboard, health and readiness."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from tradestream_nb.errors import UserError
from tradestream_nb.server.web.http import Reply, json, text
from tradestream_nb.server.web.routes import Route
from tradestream_nb.server.wire.asyncapi import document

SHARED = {"/client.js": {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}}
"""What pages of elsewhere may load; whether they may connect is asked when they do."""

TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
}


def pages(ready: Callable[[], bool]) -> dict[str, Route]:
    """Routes to what was read at the start, so that nothing on disk can be reached by a path.

    Raises UserError when the dashboard has not been built.
    """
    static = {path: _always(reply) for path, reply in load_static().items()}
    return {
        **static,
        "/": static["/index.html"],
        "/ws": _always(text(426, "this address speaks WebSocket", Upgrade="websocket")),
        "/asyncapi.json": _always(json(document())),
        "/healthz": _always(text(200, "ok")),
        "/readyz": Route(lambda request, identity: text(200, "ready") if ready() else text(503, "not ready")),
    }


def load_static() -> dict[str, Reply]:
    """Every file of the built frontend by its path; raises UserError when it has not been built."""
    folder = files("tradestream_nb").joinpath("static")
    if not folder.joinpath("index.html").is_file():
        raise UserError("the dashboard has not been built; run: pip install -e .")
    found = [(f"/{file.name}", file) for file in folder.iterdir() if file.name.rpartition(".")[2] in TYPES]
    return {
        path: Reply(200, TYPES[f.name.rpartition(".")[2]], f.read_bytes(), SHARED.get(path, {})) for path, f in found
    }


def _always(reply: Reply) -> Route:
    return Route(lambda request, identity: reply)
