"""Whether a browser may talk to this server at all: by the name it used, and by the page that asks."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}


class Guard:
    """Keeps foreign pages out, also those that had their own name point at this machine (DNS rebinding)."""

    def __init__(self, host: str) -> None:
        """`host` is the address that is listened on; an open one is reached by any name."""
        self._names = {*LOOPBACK_NAMES, host.lower()} if is_loopback(host) else None

    def refusal(self, host: str | None, origin: str | None) -> str | None:
        """Why a request with these headers is refused; None lets it in.

        A program that is no browser sends no Origin and is not held up for it. Pages that this machine serves on
        another port are its user's own and may connect.
        """
        name = hostname(host) if host else None
        if name is None:
            return "a Host header is needed"
        if self._names is not None and name not in self._names:
            return f"this server is not called {name}"
        if origin is not None and not _is_own(origin, host):
            return f"pages of {origin} may not connect"
        return None


def _is_own(origin: str, host: str | None) -> bool:
    netloc = origin.partition("://")[2].lower()
    return netloc == (host or "").lower() or hostname(netloc) in LOOPBACK_NAMES


def hostname(host: str) -> str | None:
    """The name in a Host header, without port and brackets, in lower case; None when it is none."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
