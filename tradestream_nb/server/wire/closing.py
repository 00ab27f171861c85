"""Why the server closes a connection, as numbers and in words."""

from __future__ import annotations

import msgspec


class Closing(msgspec.Struct, frozen=True):
    """A WebSocket close code; after a final one it is pointless to come back unchanged."""

    code: int
    final: bool
    meaning: str


TOO_BIG, INTERNAL, RESTART = 1009, 1011, 1012
BAD, UNAUTHORIZED, FORBIDDEN, VERSION = 4400, 4401, 4403, 4406
TIMEOUT, LIMIT, RATE, CAPACITY, SLOW = 4408, 4413, 4429, 4503, 4508

CLOSINGS = (
    Closing(TOO_BIG, False, "A message was longer than may be sent."),
    Closing(INTERNAL, False, "The server failed to serve this client."),
    Closing(RESTART, False, "The server stops; `shutdown` says when to come back."),
    Closing(BAD, True, "Too many messages were not understood."),
    Closing(UNAUTHORIZED, True, "The token is not known, or was not given. Before the handshake: HTTP 401."),
    Closing(FORBIDDEN, True, "The token may not do this, or an operator closed it. Before the handshake: HTTP 403."),
    Closing(VERSION, True, "None of the offered `tradestream.*` subprotocols is spoken here."),
    Closing(TIMEOUT, False, "`auth` did not come in time."),
    Closing(LIMIT, True, "Too many requests asked for more than the limits allow."),
    Closing(RATE, False, "Too many requests, or frames beside them, came too fast. Before the handshake: HTTP 429."),
    Closing(CAPACITY, False, "There are too many connections. Before the handshake, where it can be: HTTP 503."),
    Closing(SLOW, False, "The client does not take what it is sent; resume with `since`."),
)

REASONS = {
    RESTART: "stopped",
    UNAUTHORIZED: "auth",
    FORBIDDEN: "auth",
    TIMEOUT: "auth",
    RATE: "rate",
    SLOW: "slow",
}
"""Why a client has gone, as metrics and the audit log say it; after any other code it was the protocol."""
