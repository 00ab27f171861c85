"""Ends a TCP connection of this process that only its two addresses are known of."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

Address = tuple[str, int]

DESCRIPTORS = Path("/dev/fd")


def hang_up(here: Address, there: Address) -> bool:
    """Shut the connection between these addresses down; False when this process, or this system, has none such.

    ASGI has no word for it: an application can only ask for a goodbye, which waits behind the very data that the other
    end does not take, and its server would keep the connection and that data for as long as it stays silent.
    """
    for number in _sockets():
        try:
            with socket.socket(fileno=os.dup(number)) as found:
                if found.getpeername()[:2] == there and found.getsockname()[:2] == here:
                    found.shutdown(socket.SHUT_RDWR)
                    return True
        except OSError:
            continue
    return False


def _sockets() -> Iterator[int]:
    try:
        numbers = [int(name) for name in os.listdir(DESCRIPTORS)]
    except OSError:
        return
    for number in numbers:
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield number
        except OSError:
            continue
