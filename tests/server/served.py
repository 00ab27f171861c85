"""A hub behind a real server on a port of its own, and what its clients do."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.patience import PATIENCE
from tests.server.doors import door
from tests.server.talk import SUBPROTOCOL, TS, price
from tradestream_nb.hub import Hub
from tradestream_nb.server.client import Client
from tradestream_nb.server.clients import Clients
from tradestream_nb.server.connection import Server
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.socket import Socket

SYMBOLS = [f"SYM{number:03d}" for number in range(100)]
V1 = [Subprotocol(SUBPROTOCOL)]


class Served:
    """A hub with a server on a port of its own."""

    def __init__(self, *, compress: bool = False, **limits: Any) -> None:
        self.hub, self.limits = Hub(), Limits(**limits)
        self.server = Server(self.hub, door(limits=self.limits), limits=self.limits, compress=compress)
        self.port = 0

    def connect(self, **options: Any) -> connect:
        return connect(f"ws://127.0.0.1:{self.port}/ws", compression=None, **options)

    def publish_prices(self, value: float) -> None:
        """Publish one price for all of `SYMBOLS`."""
        for symbol in SYMBOLS:
            self.hub.publish("price_updates", price(symbol, value), TS)

    async def clients(self, count: int) -> Clients:
        """The clients, once there are so many."""
        await until(lambda: len(self.server.clients) == count)
        return self.server.clients

    async def block(self) -> int:
        """Publish the prices 1, 2, 3, … until some client takes no more, and return the last one."""
        for client in self.server.clients:
            make_small(client)
        value = 0
        async with asyncio.timeout(PATIENCE):
            while not self.hub.blocked:
                value += 1
                self.publish_prices(value)
                await asyncio.sleep(0)
        return value


@asynccontextmanager
async def serving(*, compress: bool = False, **limits: Any) -> AsyncIterator[Served]:
    served = Served(compress=compress, **limits)
    served.port = await served.server.start("127.0.0.1", 0)
    try:
        yield served
    finally:
        await served.server.stop()


def make_small(client: Client) -> None:
    """Shrink the kernel's buffer on the server's side, so that little is needed to fill it."""
    transport(client).get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)


def transport(client: Client) -> asyncio.Transport:
    """What a client's messages are written to."""
    assert isinstance(client.wire, Socket)
    return client.wire.transport


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def heard(ws: ClientConnection) -> list[Any]:
    """Everything up to the end of the connection, read."""
    messages = []
    try:
        while True:
            messages.append(json.loads(await ws.recv()))
    except ConnectionClosed:
        return messages


async def ask(ws: ClientConnection, **request: Any) -> Any:
    """Say something and read what comes next."""
    await ws.send(json.dumps(request))
    return json.loads(await ws.recv())
