"""Puts the streams on a port, for whoever runs them: a server process, or a notebook beside its own work."""

from __future__ import annotations

from typing import Any

import msgspec

from tradestream_nb import clock
from tradestream_nb.errors import ServeError
from tradestream_nb.manager import StreamManager
from tradestream_nb.server.connection import Server
from tradestream_nb.server.guard import is_loopback
from tradestream_nb.server.http import Pages


class Front:
    """Serves a manager's hub and dashboard, from `start` to `stop`; neither starts nor stops the streams.

    Call it on the manager's loop.
    """

    def __init__(self, manager: StreamManager, *, max_connections: int = 1000) -> None:
        pages = Pages(status=self.status, ready=self.ready)
        self.manager = manager
        self.server = Server(manager.hub, pages, max_connections=max_connections, now=manager.now)
        self._port: int | None = None
        self._started: int | None = None

    async def start(self, host: str, port: int, *, insecure: bool = False) -> int:
        """Listen and return the port, which the system chooses for port 0; a second call only returns it.

        Raises ServeError when that port is not to be had, and for an address that other machines reach unless it is
        `insecure`.
        """
        if self._port is None:
            if not insecure and not is_loopback(host):
                problem = f"{host} can be reached from other machines and there is no key yet"
                raise ServeError(f"{problem}; add --insecure to do so, or insecure=True in Python")
            self._port = await self.server.start(host, port)
            self._started = clock.now()
        return self._port

    async def stop(self) -> None:
        """Tell the clients and close; a second call changes nothing."""
        await self.server.stop()
        self._port = self._started = None

    def ready(self) -> bool:
        """Whether the streams run and can be reached."""
        return self._started is not None and self.manager.status().state in ("ok", "ended")

    def status(self) -> dict[str, Any]:
        """Everything an operator asks for first, as plain data."""
        return {
            "started": None if self._started is None else clock.iso(self._started),
            "connections": len(self.server.clients),
            **msgspec.to_builtins(self.manager.status()),
        }
