"""The pages and endpoints beside the WebSocket: dashboard, health, readiness, status."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import msgspec

from tradestream_nb.errors import UserError

TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class Reply(msgspec.Struct, frozen=True):
    """An HTTP answer."""

    status: int
    type: str
    body: bytes

    def headers(self) -> dict[str, str]:
        """The headers that go with it."""
        return {"Content-Type": self.type, "Content-Length": str(len(self.body)), **HEADERS}


class Pages:
    """Answers GET requests from what was read at the start; nothing on disk can be reached by a path."""

    def __init__(self, *, status: Callable[[], Any], ready: Callable[[], bool]) -> None:
        self._status, self._ready, self._files = status, ready, load_static()

    def reply(self, path: str) -> Reply:
        """The answer for a path, 404 for one that there is not."""
        path = path.partition("?")[0]
        if path == "/healthz":
            return text(200, "ok")
        if path == "/readyz":
            return text(200, "ready") if self._ready() else text(503, "starting")
        if path == "/status":
            return Reply(200, "application/json", msgspec.json.format(msgspec.json.encode(self._status())))
        if path == "/ws":
            return text(426, "this address speaks WebSocket")
        return self._files.get("/index.html" if path == "/" else path) or text(404, "not found")


def text(status: int, body: str) -> Reply:
    """A line of plain text."""
    return Reply(status, "text/plain; charset=utf-8", f"{body}\n".encode())


def load_static() -> dict[str, Reply]:
    """Every file of the built frontend by its path; raises UserError when it has not been built."""
    folder = files("tradestream_nb").joinpath("static")
    if not folder.joinpath("index.html").is_file():
        raise UserError("the dashboard has not been built; run: pip install -e .")
    found = [file for file in folder.iterdir() if file.name.rpartition(".")[2] in TYPES]
    return {f"/{f.name}": Reply(200, TYPES[f.name.rpartition(".")[2]], f.read_bytes()) for f in found}
