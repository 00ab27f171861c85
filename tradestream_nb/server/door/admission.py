"""Decides on every request before anything else sees it: an answer, or a WebSocket and whose it is."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Literal

import msgspec

from tradestream_nb.server import audit
from tradestream_nb.server.door.address import is_loopback
from tradestream_nb.server.door.credentials import BEARER, NoCredential, credential, offered
from tradestream_nb.server.door.guard import Guard
from tradestream_nb.server.door.identity import ANYONE, LOCAL, Identity
from tradestream_nb.server.door.room import Room
from tradestream_nb.server.door.tokens import Tokens
from tradestream_nb.server.web.http import HttpRequest, Reply, text
from tradestream_nb.server.web.routes import Routes, unauthorized

PATHS = ("/", "/ws")
"""Where the WebSocket is."""

Mode = Literal["legacy", "v1", "unknown"]
Codec = Literal["json", "msgpack"]

SUBPROTOCOLS: dict[str, tuple[Mode, Codec]] = {
    "tradestream.v1.json": ("v1", "json"),
    "tradestream.v1.msgpack": ("v1", "msgpack"),
}
OURS = "tradestream."
"""How the names of our subprotocols begin, those of later versions too."""


class Admission(msgspec.Struct, frozen=True):
    """A handshake that is let through."""

    identity: Identity | None
    """None when the client has yet to say `auth`."""
    subprotocol: str | None = None
    """The one to answer with."""
    mode: Mode = "legacy"
    codec: Codec = "json"


class Admissions:
    """The door: names and pages first, then whether there is room, then the token."""

    def __init__(
        self,
        routes: Routes,
        *,
        guard: Guard,
        room: Room,
        tokens: Tokens | None = None,
        query_token: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Without `tokens` everyone is let in; with `query_token` one may also be in the address."""
        self._routes, self._guard, self._room = routes, guard, room
        self._tokens, self._query_token, self._now = tokens, query_token, now
        self.refused: Counter[int] = Counter()
        """Requests that were turned away, by status."""

    def enter(self, request: HttpRequest) -> Reply | Admission:
        """The answer to a request, or how its WebSocket begins; `left` is called once for each that does."""
        decision = self._decide(request)
        if isinstance(decision, Reply) and _is_refusal(request, decision):
            self.refused[decision.status] += 1
            audit.refused(request, decision)
        return decision

    def left(self, remote: str) -> None:
        """Make room again for one that was let through."""
        self._room.leave(remote)

    def identify(self, token: str) -> Identity | None:
        """Whose a token is that a client sends in a message."""
        return ANYONE if self._tokens is None else self._tokens.identify(token)

    def _decide(self, request: HttpRequest) -> Reply | Admission:
        refusal = self._guard.refusal(request.headers.get("host"), request.headers.get("origin"))
        if refusal is not None:
            return refusal
        if request.upgrades and request.path not in PATHS:
            return text(404, "WebSocket is at /ws")
        if request.upgrades and (full := self._room.refusal(request.remote, self._now())) is not None:
            return full
        try:
            identity = self._identity(request)
        except NoCredential as problem:
            return unauthorized(str(problem))
        return self._admit(request, identity) if request.upgrades else self._routes.reply(request, identity)

    def _identity(self, request: HttpRequest) -> Identity | None:
        if self._tokens is None:
            return LOCAL if is_loopback(request.remote) else ANYONE
        token = credential(request, query=self._query_token)
        identity = None if token is None else self._tokens.identify(token)
        if token is not None and identity is None:
            raise NoCredential("this token is not known here")
        return identity

    def _admit(self, request: HttpRequest, identity: Identity | None) -> Admission:
        self._room.enter(request.remote)
        ours = [name for name in offered(request) if name.startswith(OURS) and not name.startswith(BEARER)]
        chosen = next((name for name in ours if name in SUBPROTOCOLS), None)
        if chosen is None and ours:
            # A browser hears why it is closed only after a handshake that took up what it offered.
            return Admission(identity, ours[0], "unknown")
        mode, codec = SUBPROTOCOLS[chosen] if chosen else ("legacy", "json")
        return Admission(identity, chosen, mode, codec)


def _is_refusal(request: HttpRequest, reply: Reply) -> bool:
    """Whether someone was turned away, and not only told that there is no such page, or that streams are not ready."""
    return reply.status in (400, 401, 403, 429) or (request.upgrades and reply.status == 503)
