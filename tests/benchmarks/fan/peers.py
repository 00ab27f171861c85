"""Other Python servers under test: each sends the same message to everyone, in its library's own way."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from typing import Any

import socketio
import uvicorn
import uvloop
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from picows import WSListener, WSMsgType, WSTransport, ws_create_server
from websockets.asyncio.server import ServerConnection, broadcast, serve

from tests.benchmarks.fan.served import Publish, publish_when_told, stamped, template

FRAME = template()


async def with_broadcast() -> None:
    """websockets, as its documentation has it."""
    await _with_websockets(compression=None)


async def with_deflate() -> None:
    """The same as it is by default: each connection deflates for itself."""
    await _with_websockets(compression="deflate")


async def _with_websockets(*, compression: str | None) -> None:
    clients: set[ServerConnection] = set()

    async def stay(client: ServerConnection) -> None:
        clients.add(client)
        await client.wait_closed()

    async with serve(stay, "127.0.0.1", 0, compression=compression) as server:
        port = server.sockets[0].getsockname()[1]
        await publish_when_told(port, lambda: broadcast(clients, stamped(FRAME), text=True))


async def with_picows() -> None:
    """A WebSocket library in Cython."""
    clients: set[WSTransport] = set()

    class Listener(WSListener):  # type: ignore[misc]
        def on_ws_connected(self, transport: WSTransport) -> None:
            clients.add(transport)

        def on_ws_disconnected(self, transport: WSTransport) -> None:
            clients.discard(transport)

    def publish() -> None:
        frame = stamped(FRAME)
        for client in clients:
            client.send(WSMsgType.TEXT, frame)

    server = await ws_create_server(lambda request: Listener(), "127.0.0.1", 0)
    await publish_when_told(server.sockets[0].getsockname()[1], publish)


async def with_fastapi() -> None:
    """FastAPI, each client sent its own JSON in turn."""
    app, clients = FastAPI(), set[WebSocket]()

    async def stay(client: WebSocket) -> None:
        await client.accept()
        clients.add(client)
        with contextlib.suppress(WebSocketDisconnect):
            await client.receive()

    async def publish() -> None:
        message = json.loads(stamped(FRAME))
        for client in clients:
            await client.send_json(message)

    app.add_api_websocket_route("/", stay)
    await under_uvicorn(app, publish)


async def with_socketio() -> None:
    """python-socketio, to everyone in its room."""
    server = socketio.AsyncServer(async_mode="asgi")
    await under_uvicorn(socketio.ASGIApp(server), lambda: server.emit("price", json.loads(stamped(FRAME))))


async def under_uvicorn(app: Any, publish: Publish) -> None:
    """Serve an application, and publish as told."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await publish_when_told(server.servers[0].sockets[0].getsockname()[1], publish)
    serving.cancel()
    await asyncio.wait([serving])


if __name__ == "__main__":
    uvloop.run(globals()[f"with_{sys.argv[1]}"]())
