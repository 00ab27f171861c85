"""Sets TCP_USER_TIMEOUT, after which the system ends a connection whose other end takes nothing of its buffer."""

from __future__ import annotations

import socket

CAN = hasattr(socket, "TCP_USER_TIMEOUT")
"""Whether this system can be told; Linux can."""
LONGEST = (1 << 31) - 1
"""Milliseconds that it can be told to wait."""


def give_up_after(sock: socket.socket, seconds: float) -> None:
    """End the connection once the other end has taken nothing for so long; does nothing where the system cannot."""
    if CAN:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, min(round(1000 * seconds), LONGEST))
