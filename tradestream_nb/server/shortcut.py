"""The short way to the system for bytes that a transport would only pass on."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from contextlib import suppress


def shortcut(transport: asyncio.Transport) -> socket.socket | None:
    """What to send on past a transport while it holds nothing back, which takes less time; to be closed with it.

    It has a descriptor of its own, whose number no other connection can come to have meanwhile. None where there is no
    such way, as with TLS, and beside other threads: the interpreter's lock is given away for each send, and a busy
    thread would be slow to hand it back.
    """
    alone = threading.current_thread() is threading.main_thread()
    if os.name != "posix" or not alone or transport.get_extra_info("sslcontext") is not None:
        return None
    with suppress(OSError):
        return transport.get_extra_info("socket").dup()  # type: ignore[no-any-return]
    return None
