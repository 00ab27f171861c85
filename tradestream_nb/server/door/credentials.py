"""Where in a request a token may be, and what else a WebSocket handshake offers."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import parse_qs

from tradestream_nb.server.web.http import HttpRequest

BEARER = "tradestream.bearer."
"""A subprotocol that begins like this carries a token, for browsers can set no header; base64url, unpadded."""


class NoCredential(Exception):
    """Raised when a request carries something in a token's place that is none."""


def credential(request: HttpRequest, *, query: bool = False) -> str | None:
    """The token a request carries, from its `Authorization`, its subprotocols, or with `query` its address.

    Raises NoCredential when there is something in its place that cannot be one.
    """
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        return _decoded(value.strip()).partition(":")[2]
    if scheme:
        raise NoCredential("Authorization is understood as Bearer or Basic")
    for subprotocol in offered(request):
        if subprotocol.startswith(BEARER):
            return _decoded(subprotocol.removeprefix(BEARER))
    in_query = parse_qs(request.query).get("token")
    if in_query and not query:
        raise NoCredential("a token in the address is not accepted here; send it in the Authorization header")
    return in_query[0] if in_query else None


def offered(request: HttpRequest) -> list[str]:
    """The subprotocols that a client offers, in its order."""
    return [name.strip() for name in request.headers.get("sec-websocket-protocol", "").split(",") if name.strip()]


def _decoded(text: str) -> str:
    """Text from base64 in either alphabet, padded or not."""
    padded = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        raise NoCredential("the token is not base64") from None
