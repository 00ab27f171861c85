"""What an HTTP request and its answer are here, whatever carries them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""What goes with every answer: a page of ours loads nothing from elsewhere, and no other page loads ours."""


class HttpRequest(msgspec.Struct, frozen=True):
    """A request's head; `headers` by lower-case name, those that were sent twice joined by a comma."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = {}
    remote: str = ""
    """The other end's address, without its port."""

    @property
    def upgrades(self) -> bool:
        """Whether it asks for a WebSocket."""
        return self.headers.get("upgrade", "").lower() == "websocket"


class Reply(msgspec.Struct, frozen=True):
    """An answer."""

    status: int
    type: str
    body: bytes
    more: Mapping[str, str] = {}
    """Headers beside those that every answer has."""
    length: int | None = None
    """What to say the length is, where the body itself is left out."""

    def headers(self) -> dict[str, str]:
        """The headers that go with it."""
        length = len(self.body) if self.length is None else self.length
        return {"Content-Type": self.type, "Content-Length": str(length), **HEADERS, **self.more}

    def without_body(self) -> Reply:
        """The same as an answer to HEAD."""
        return msgspec.structs.replace(self, body=b"", length=len(self.body))


def text(status: int, body: str, **more: str) -> Reply:
    """A line of plain text; further headers by name, with `_` for `-`."""
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    return Reply(status, "text/plain; charset=utf-8", f"{body}\n".encode(), headers)


def json(value: Any, *, status: int = 200) -> Reply:
    """A value as JSON that people can read too."""
    return Reply(status, "application/json", msgspec.json.format(msgspec.json.encode(value)))
