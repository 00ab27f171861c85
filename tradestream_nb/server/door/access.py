"""Who may come in, as an operator sets it."""

from __future__ import annotations

import ssl

import msgspec

from tradestream_nb.errors import ServeError
from tradestream_nb.server.door.address import is_loopback
from tradestream_nb.server.door.admission import Admissions
from tradestream_nb.server.door.guard import Guard
from tradestream_nb.server.door.room import Room
from tradestream_nb.server.door.tokens import Tokens
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.web.routes import Routes


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """By default programs and pages of this machine, without a token."""

    tokens: Tokens | None = None
    """None asks for none."""
    hosts: tuple[str, ...] = ()
    """Names that the server is called by, besides its own."""
    origins: tuple[str, ...] = ()
    """Pages that may connect, besides its own."""
    query_token: bool = False
    """Whether a token may be in the address, where it ends up in the logs of others."""
    insecure: bool = False
    """Whether other machines may connect without a token."""
    tls: ssl.SSLContext | None = None

    def admissions(self, host: str, routes: Routes, limits: Limits) -> Admissions:
        """The door of a server that listens on `host`; raises UserError where that would be open to everyone."""
        if not (is_loopback(host) or self.insecure or self.tokens):
            problem = f"{host} can be reached from other machines and asks for no token"
            raise ServeError(
                f"{problem}; give it one with --token, or add --insecure (Access(insecure=True) in Python)"
            )
        guard = Guard(host, hosts=self.hosts, origins=self.origins)
        return Admissions(routes, guard=guard, room=Room(limits), tokens=self.tokens, query_token=self.query_token)
