"""Who is turned away for want of room, under a server that can answer a handshake and under one that cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.asgi.hosted import hosting
from tests.managed import HANDLERS, Scripted
from tests.server.served import V1, until
from tradestream_nb import client
from tradestream_nb.asgi import Streams
from tradestream_nb.manager import StreamManager
from tradestream_nb.server.door import room
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.limits import Limits

AWAY = "192.0.2.7"

Wrap = Callable[[Any], Any]


def answering(app: Any) -> Any:
    """A server that can answer a handshake, as uvicorn does."""
    return app


def speechless(app: Any) -> Any:
    """A server that cannot."""

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "extensions": {}}, receive, send)

    return serve


def from_away(app: Any) -> Any:
    """A server whose clients all come from one address elsewhere."""

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "client": (AWAY, 1)}, receive, send)

    return serve


def application(limits: Limits) -> Starlette:
    streams = Streams(
        StreamManager(Scripted(), HANDLERS), limits=limits, access=Access(insecure=True, hosts=("*",)), host="0.0.0.0"
    )
    app = Starlette(lifespan=streams.lifespan)
    app.mount("/", streams)
    return app


FULL = [
    (Limits(connections=1), 503, "too many connections"),
    (Limits(connections_per_address=1), 429, "too many connections from this address"),
    (Limits(address_handshakes_per_second=0.01), 429, "too many handshakes at once"),
    (Limits(handshakes_per_second=0.01), 429, "too many handshakes at once"),
]


@pytest.mark.parametrize(("limits", "status", "why"), FULL)
async def test_the_handshake_is_answered_as_on_a_port_of_ones_own(limits: Limits, status: int, why: str) -> None:
    async with hosting(from_away(answering(application(limits)))) as port, connect(f"ws://127.0.0.1:{port}/ws"):
        with pytest.raises(InvalidStatus) as refusal:
            await connect(f"ws://127.0.0.1:{port}/ws")
    response = refusal.value.response
    assert (response.status_code, response.body) == (status, f"{why}\n".encode())
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(("limits", "status", "why"), FULL)
async def test_where_it_cannot_be_the_close_code_says_the_same(limits: Limits, status: int, why: str) -> None:
    async with hosting(from_away(speechless(application(limits)))) as port, connect(f"ws://127.0.0.1:{port}/ws"):
        async with connect(f"ws://127.0.0.1:{port}/ws", subprotocols=V1) as turned_away:
            assert turned_away.subprotocol == V1[0]
            with pytest.raises(ConnectionClosed):
                await turned_away.recv()
        assert (turned_away.close_code, turned_away.close_reason) == (4000 + status, why)


@pytest.mark.parametrize("server", [answering, speechless])
async def test_our_client_comes_back_until_there_is_room(server: Wrap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "RETRY", 0)
    app, handshakes = application(Limits(connections=1)), list[str]()

    async def counting(scope: Any, receive: Any, send: Any) -> None:
        handshakes.append(scope["type"])
        await app(scope, receive, send)

    async with hosting(server(counting)) as port:
        url = f"ws://127.0.0.1:{port}/ws"
        async with connect(url):
            opening = asyncio.create_task(client.connect(url).open())
            await until(lambda: handshakes.count("websocket") >= 2)
            assert not opening.done()
        opened = await opening
        assert await opened.subscribe("signals") == {"signals": "*"}
        await opened.close()


async def test_who_comes_while_the_clients_are_told_goodbye_gets_in_no_more() -> None:
    streams = Streams(StreamManager(Scripted(), HANDLERS))
    app = Starlette(lifespan=streams.lifespan)
    app.mount("/", streams)
    async with hosting(app) as port, connect(f"ws://127.0.0.1:{port}/ws"):
        leaving = asyncio.create_task(streams._say_goodbye())
        await asyncio.sleep(0)
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://127.0.0.1:{port}/ws")
        await leaving
    assert refused.value.response.status_code == 503
