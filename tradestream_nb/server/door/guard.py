"""Whether a browser may talk to this server at all: by the name it used, and by the page that asks."""

from __future__ import annotations

import re
import socket
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import urlsplit

from tradestream_nb.errors import UserError
from tradestream_nb.server.door.address import is_loopback, parsed
from tradestream_nb.server.web.http import Reply, text

LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}
EVERY = "*"
HOST = re.compile(r"[\w.-]+|[0-9a-fA-F:]+")
ORIGIN = re.compile(r"https?://[\w.-]+(:\d+)?|https?://\[[0-9a-fA-F:]+\](:\d+)?")
SHOWN = 100
"""Characters of a name that are repeated to who sent it, and in the log."""


class Guard:
    """Keeps foreign pages out, also those that had their own name point at this machine (DNS rebinding)."""

    def __init__(self, host: str, *, hosts: Collection[str] = (), origins: Collection[str] = ()) -> None:
        """`host` is the address that is listened on; `hosts` and `origins` are let in besides, `*` is any.

        An address that other machines reach is also called by its numbers, which no name can be pointed at, and by the
        name of this machine. Raises UserError for one that is no host name or no origin.
        """
        self._open = not is_loopback(host)
        self._names = {*LOOPBACK_NAMES, host.lower(), *map(_host, hosts)}
        if self._open:
            self._names |= {socket.gethostname().lower()}
        self._origins = set(map(_origin, origins))

    def refusal(self, host: str | None, origin: str | None) -> Reply | None:
        """Why a request with these headers is refused; None lets it in.

        A program that is no browser sends no Origin and is not held up for it. Pages that this machine serves on
        another port are its user's own and may connect.
        """
        name = hostname(host) if host else None
        if host is None or name is None:
            return text(400, "a Host header is needed")
        if not self._is_called(name):
            return text(403, f"this server is not called {name[:SHOWN]}{_way_in('--allow-host', name, HOST)}")
        if origin is not None and not self._is_own(origin, host):
            return text(403, f"pages of {origin[:SHOWN]} may not connect{_way_in('--allow-origin', origin, ORIGIN)}")
        return None

    def _is_called(self, name: str) -> bool:
        return name in self._names or EVERY in self._names or (self._open and parsed(name) is not None)

    def _is_own(self, origin: str, host: str) -> bool:
        if origin.lower() in self._origins or EVERY in self._origins:
            return True
        netloc = origin.partition("://")[2].lower()
        return netloc == host.lower() or hostname(netloc) in LOOPBACK_NAMES


@lru_cache(1024)
def hostname(host: str) -> str | None:
    """The name in a Host header, without port and brackets, in lower case; None when it is none."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _way_in(option: str, written: str, form: re.Pattern[str]) -> str:
    """How to let it in, where it can be."""
    return f"; allow it with {option} {written}" if len(written) <= SHOWN and form.fullmatch(written) else ""


def _host(written: str) -> str:
    if written != EVERY and not HOST.fullmatch(written):
        raise UserError(f"--allow-host {written!r} is not a host name without port, as in desk.example.com")
    return written.lower()


def _origin(written: str) -> str:
    if written != EVERY and not ORIGIN.fullmatch(written):
        raise UserError(f"--allow-origin {written!r} is not an origin, as in https://desk.example.com")
    return written.lower()
