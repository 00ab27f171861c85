"""Ends a TCP connection of this process that only its two addresses are known of, at once or when it stalls."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from tradestream_nb.server.give_up import CAN, give_up_after

Address = tuple[str, int]

DESCRIPTORS = Path("/dev/fd")


def hang_up(here: Address, there: Address) -> bool:
    """Shut the connection between these addresses down; False when this process, or this system, has none such.

    ASGI has no word for it: an application can only ask for a goodbye, which waits behind the very data that the other
    end does not take, and its server would keep the connection and that data for as long as it stays silent.
    """
    return _do(lambda found: found.shutdown(socket.SHUT_RDWR), here, there)


def hang_up_after(here: Address, there: Address, seconds: float) -> bool:
    """Have the system end that connection once the other end has taken nothing for so long; False as above."""
    return CAN and _do(lambda found: give_up_after(found, seconds), here, there)


def _do(what: Callable[[socket.socket], None], here: Address, there: Address) -> bool:
    for number in _sockets():
        try:
            with socket.socket(fileno=os.dup(number)) as found:
                if found.getpeername()[:2] == there and found.getsockname()[:2] == here:
                    what(found)
                    return True
        except OSError:
            continue
    return False


def _sockets() -> Iterator[int]:
    try:
        numbers = [int(name) for name in os.listdir(DESCRIPTORS)]
    except OSError:
        return
    # What is looked for has mostly come last.
    for number in sorted(numbers, reverse=True):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield number
        except OSError:
            continue
