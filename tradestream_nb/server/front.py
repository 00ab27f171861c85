"""Puts the streams on a port, for whoever runs them: a server process, or a notebook beside its own work."""

from __future__ import annotations

from tradestream_nb.manager import StreamManager
from tradestream_nb.server.connection import Server
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.web.lobby import Lobby


class Front(Lobby):
    """Serves a manager's hub and dashboard, from `start` to `stop`; neither starts nor stops the streams.

    Call it on the manager's loop.
    """

    def __init__(
        self,
        manager: StreamManager,
        *,
        access: Access | None = None,
        limits: Limits | None = None,
        compress: bool = False,
    ) -> None:
        """By default only programs and pages of this machine get in; with `compress` messages are deflated."""
        super().__init__(manager, access=access, limits=limits)
        self._compress = compress
        self._server: Server | None = None
        self._port: int | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen and return the port, which the system chooses for port 0; a second call only returns it.

        Raises ServeError when that port is not to be had, and for an address that other machines would reach without
        a token, unless that is what `access` says.
        """
        if self._port is None:
            door = self.door(host)
            server = Server(self.manager.hub, door, limits=self.limits, now=self.manager.now, compress=self._compress)
            self._port = await server.start(host, port, tls=self.access.tls)
            self._server = server
            self.open(server.clients, door)
        return self._port

    async def stop(self) -> None:
        """Tell the clients and close; a second call changes nothing."""
        if self._server is not None:
            await self._server.stop()
        self._server = self._port = None
        self.close()
