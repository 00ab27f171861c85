"""The headless host: a manager, a server in front of it, and a clean end when the process is told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any

import msgspec

from tradestream_nb import clock
from tradestream_nb.errors import ServeError
from tradestream_nb.manager import StreamManager
from tradestream_nb.server.connection import Server
from tradestream_nb.server.guard import is_loopback
from tradestream_nb.server.http import Pages


class Runner:
    """Serves a manager's hub on one port, from `start` to `stop`."""

    def __init__(self, manager: StreamManager, *, max_connections: int = 1000) -> None:
        pages = Pages(status=self.status, ready=self.ready)
        self.manager = manager
        self.server = Server(manager.hub, pages, max_connections=max_connections, now=manager.now)
        self._started: int | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen, start the streams, and return the port; raises ServeError when that port is not to be had."""
        port = await self.server.start(host, port)
        await self.manager.start_all()
        self._started = clock.now()
        return port

    async def stop(self) -> None:
        """Stop the streams, tell the clients and close."""
        await self.manager.stop_all()
        await self.server.stop()
        self._started = None

    def ready(self) -> bool:
        """Whether the streams run."""
        return self._started is not None and self.manager.status().state in ("ok", "ended")

    def status(self) -> dict[str, Any]:
        """Everything an operator asks for first, as plain data."""
        return {
            "started": None if self._started is None else clock.iso(self._started),
            "connections": len(self.server.clients),
            **msgspec.to_builtins(self.manager.status()),
        }


async def serve_until_stopped(
    runner: Runner, host: str, port: int, *, announce: Callable[[int], None], insecure: bool = False
) -> None:
    """Serve until SIGINT or SIGTERM; `announce` is told the port. Raises ServeError."""
    if not insecure and not is_loopback(host):
        raise ServeError(f"{host} can be reached from other machines and there is no key yet; add --insecure to do so")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        announce(await runner.start(host, port))
        await stop.wait()
    finally:
        await runner.stop()
