"""The streams as a router that an application includes, under a real uvicorn."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette
from starlette.routing import Router, WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.asgi.hosted import hosting
from tests.asgi.test_streams import V1, fetch, manager
from tests.server.served import until
from tradestream_nb import asgi
from tradestream_nb.asgi import Streams
from tradestream_nb.manager import StreamManager

__all__ = ["manager"]


def included(streams: Streams) -> FastAPI:
    app = FastAPI(lifespan=streams.lifespan)
    app.include_router(streams.router(), prefix="/streams")
    return app


def nested(streams: Streams) -> FastAPI:
    app, desk = FastAPI(lifespan=streams.lifespan), APIRouter(prefix="/streams")
    desk.include_router(streams.router())
    app.include_router(desk)
    return app


def mounted(streams: Streams) -> FastAPI:
    app = FastAPI(lifespan=streams.lifespan)
    app.mount("/streams", streams.router())
    return app


def mounted_in_starlette(streams: Streams) -> Starlette:
    app = Starlette(lifespan=streams.lifespan)
    app.mount("/streams", streams.router())
    return app


@pytest.mark.parametrize("put", [included, nested, mounted, mounted_in_starlette])
async def test_it_serves_everything_wherever_it_is_put(manager: StreamManager, put: Callable[[Streams], Any]) -> None:
    async with hosting(put(Streams(manager))) as port:
        await until(lambda: manager.status().state == "ok")
        status, headers, body = await fetch(port, "/streams/")
        assert (status, headers["x-content-type-options"]) == (200, "nosniff") and b"dashboard.js" in body
        for path in ("/dashboard.js", "/healthz", "/readyz", "/status", "/metrics", "/clients", "/asyncapi.json"):
            assert (await fetch(port, f"/streams{path}"))[0] == 200, path
        assert (await fetch(port, "/streams/nothing"))[0] == 404
        assert (await fetch(port, "/streams/ws"))[0] == 426
        for path in ("", "ws"):
            async with connect(f"ws://127.0.0.1:{port}/streams/{path}", subprotocols=V1) as ws:
                assert json.loads(await ws.recv())["type"] == "welcome"
                [client] = json.loads((await fetch(port, "/streams/clients"))[2])["clients"]
                seen = await fetch(port, f"/streams/clients/{client['id']}")
                assert json.loads(seen[2])["mode"] == "v1"
        with pytest.raises(InvalidStatus, match="40[34]"):
            await connect(f"ws://127.0.0.1:{port}/streams/elsewhere")


async def test_without_a_prefix_it_leaves_the_applications_other_paths_alone(manager: StreamManager) -> None:
    streams = Streams(manager)
    app = FastAPI(lifespan=streams.lifespan)
    app.include_router(streams.router())
    app.get("/bot")(lambda: {"strategy": "mine"})
    async with hosting(app) as port:
        assert json.loads((await fetch(port, "/bot"))[2]) == {"strategy": "mine"}
        assert (await fetch(port, "/healthz"))[0] == 200
        assert (await fetch(port, "/healthz", host="evil.example"))[0] == 403


async def test_starlette_takes_its_routes_or_the_websocket_alone(manager: StreamManager) -> None:
    streams = Streams(manager)
    routes = [WebSocketRoute("/ws", streams.router()), *streams.router().routes]
    async with hosting(Starlette(routes=routes, lifespan=streams.lifespan)) as port:
        assert (await fetch(port, "/status"))[0] == 200
        async with connect(f"ws://127.0.0.1:{port}/ws", subprotocols=V1) as ws:
            assert json.loads(await ws.recv())["type"] == "welcome"


def test_it_is_of_the_framework_that_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = Streams()
    assert isinstance(asgi.router, APIRouter) and isinstance(streams.router(), APIRouter)
    monkeypatch.setitem(sys.modules, "fastapi", None)
    assert type(streams.router()) is Router
    monkeypatch.setitem(sys.modules, "starlette.routing", None)
    assert streams.router() is streams
