"""Addresses of the other end: which are this machine's own, and which count as one."""

from __future__ import annotations

import asyncio
import ipaddress
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@lru_cache(1024)
def parsed(host: str) -> Address | None:
    """The address that a text is, None for a name; an IPv4 address in IPv6 clothes is the former."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    address = parsed(host)
    return host == "localhost" if address is None else address.is_loopback


def party(host: str) -> str:
    """What an address is counted as: whoever has one of IPv6 has the whole network of 64 bits."""
    address = parsed(host)
    if isinstance(address, ipaddress.IPv6Address) and not address.is_loopback:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host if address is None else str(address)


def remote_of(transport: asyncio.BaseTransport) -> str:
    """The address at the other end of a connection; empty for one that has none any more."""
    return str((transport.get_extra_info("peername") or ("",))[0])
