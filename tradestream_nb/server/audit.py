"""What the log says of those who come and go; never a token, an address line or what a client said."""

from __future__ import annotations

import logging

from tradestream_nb.server.counters import Counters
from tradestream_nb.server.web.http import HttpRequest, Reply

logger = logging.getLogger(__name__)


def refused(request: HttpRequest, reply: Reply) -> None:
    """Tell of a request that was turned away."""
    reason = reply.body.decode().strip()
    fields = {"remote": request.remote, "path": request.path, "status": reply.status, "reason": reason}
    logger.warning("refused %s: %s", request.remote, reason, extra={"event": "refused", **fields})


def connected(client: str, seen: Counters) -> None:
    """Tell of a client that came."""
    whose, how = seen.identity or "nobody yet", f"{seen.mode}, {seen.codec}"
    fields = {"event": "connected", **_who(client, seen), "mode": seen.mode, "codec": seen.codec}
    logger.info("client %s connected from %s as %s (%s)", client, seen.remote, whose, how, extra=fields)


def authenticated(client: str, remote: str, identity: str) -> None:
    """Tell of a client that said who it is."""
    fields = {"event": "authenticated", "client": client, "remote": remote, "identity": identity}
    logger.info("client %s from %s is %s", client, remote, identity, extra=fields)


def violation(client: str, remote: str, code: int, reason: str) -> None:
    """Tell of a client that broke a rule and is closed for it, with the code that it is closed with."""
    fields = {"event": "violation", "client": client, "remote": remote, "code": code, "reason": reason}
    logger.warning("client %s from %s is closed: %s", client, remote, reason, extra=fields)


def disconnected(client: str, seen: Counters, reason: str, *, seconds: float) -> None:
    """Tell of a client that went, and why."""
    given = {"delivered": seen.delivered, "conflated": seen.conflated, "dropped": seen.dropped, "sent": seen.sent}
    fields = {"event": "disconnected", **_who(client, seen), "reason": reason, "seconds": round(seconds, 3), **given}
    logger.info("client %s from %s has gone (%s)", client, seen.remote, reason, extra=fields)


def _who(client: str, seen: Counters) -> dict[str, object]:
    return {"client": client, "remote": seen.remote, "identity": seen.identity}
