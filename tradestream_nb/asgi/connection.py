"""One WebSocket of an ASGI server, from its accepted handshake to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from tradestream_nb.asgi.hang_up import Address, hang_up, hang_up_after
from tradestream_nb.asgi.requests import Scope, remote
from tradestream_nb.asgi.wire import AsgiEvent, AsgiWire, Send
from tradestream_nb.server.client import Client
from tradestream_nb.server.clients import Clients
from tradestream_nb.server.door.admission import Admission
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.wire.closing import RESTART, TOO_BIG

Receive = Callable[[], Awaitable[AsgiEvent]]
LOST = 1006


class AsgiConnection:
    """Carries a client's messages both ways, each way at its own pace."""

    def __init__(self, clients: Clients, limits: Limits, scope: Scope, receive: Receive, send: Send) -> None:
        self._clients, self._limits, self._scope = clients, limits, scope
        self._receive, self._send = receive, send
        self._ended = LOST
        """The code that the server closed with, or the client."""

    async def run(self, admission: Admission) -> None:
        """Accept the client and stay until either side has gone."""
        await self._send({"type": "websocket.accept", "subprotocol": admission.subprotocol})
        limits, ends = self._limits, self._ends()
        if ends is not None:
            # The search may go through every connection that there is; nobody waits for what it comes to.
            patience = limits.grace + limits.close_deadline
            asyncio.get_running_loop().run_in_executor(None, hang_up_after, *ends, patience)
        wire = AsgiWire(
            self._send,
            text=admission.codec == "json",
            enough=limits.soft_buffer,
            close_deadline=limits.close_deadline,
        )
        client = self._clients.open(wire, admission, remote(self._scope), line=wire)
        wire.stand_alone = partial(self._clients.stand_alone, client)
        wire.emptied = partial(self._clients.flush, client)
        ways = [
            asyncio.create_task(wire.deliver()),
            asyncio.create_task(self._hear(wire, client)),
            asyncio.create_task(wire.gone()),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self._clients.close(client, "lost" if self._ended == LOST else "left")
            self._hang_up(wire)

    async def _hear(self, wire: AsgiWire, client: Client) -> None:
        while True:
            await wire.listening()
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                self._ended = event.get("code", LOST)
                return
            data = event.get("text")
            data = event.get("bytes", b"") if data is None else data
            if self._is_too_big(data):
                problem = f"messages are at most {self._limits.message_size} bytes long"
                self._clients.violated(client, TOO_BIG, problem)
            else:
                self._clients.received(client, data)

    def _is_too_big(self, data: str | bytes) -> bool:
        most = self._limits.message_size
        # What is encoded is only what may be short enough.
        return len(data) > most or (isinstance(data, str) and len(data.encode(errors="replace")) > most)

    def _hang_up(self, wire: AsgiWire) -> None:
        """See to it that the server need not keep the connection for the sake of what nobody takes."""
        ends = self._ends()
        if ends is None:
            return
        if wire.buffered():
            hang_up(*ends)
        elif self._ended == RESTART or wire.closing:
            asyncio.get_running_loop().call_later(self._limits.close_deadline, hang_up, *ends)

    def _ends(self) -> tuple[Address, Address] | None:
        here, there = self._scope.get("server"), self._scope.get("client")
        return (tuple(here), tuple(there)) if here and there else None
