"""The streams in applications of FastAPI and Starlette, under a real uvicorn."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount, WebSocketRoute
from websockets.asyncio.client import connect as open_websocket
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from tests.asgi.hosted import hosting, running
from tests.managed import Scripted
from tests.patience import PATIENCE
from tests.server.raw import get, stalled
from tests.server.served import until
from tests.server.talk import TS, price, signal
from tradestream_nb.asgi import Streams
from tradestream_nb.client import connect
from tradestream_nb.errors import ServeError
from tradestream_nb.events import Quote
from tradestream_nb.loading import load_folder, standard_folder
from tradestream_nb.manager import StreamManager
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.door.tokens import Tokens
from tradestream_nb.server.give_up import CAN
from tradestream_nb.server.limits import Limits
from tradestream_nb.strategies.evaluator import StrategyEvaluator

V1 = [Subprotocol("tradestream.v1.json")]
SECRET = "correct-horse-battery"
SYMBOLS = [f"SYM{number:03d}" for number in range(100)]


@pytest.fixture
def manager() -> StreamManager:
    source = Scripted(Quote("AAPL", 101.0, ts=TS))
    return StreamManager(source, load_folder(standard_folder()), evaluator=StrategyEvaluator(), price_interval=0)


def mounted(manager: StreamManager, **options: Any) -> FastAPI:
    """An application of its own, with the streams below /streams."""
    streams = Streams(manager, **options)
    app = FastAPI(lifespan=streams.lifespan)
    app.get("/bot")(lambda: {"strategy": "mine"})
    app.mount("/streams", streams)
    return app


async def test_the_streams_start_and_stop_with_the_application(manager: StreamManager) -> None:
    assert manager.status().state == "stopped"
    async with hosting(mounted(manager)):
        await until(lambda: manager.status().state == "ok")
    assert manager.status().state == "stopped"
    async with hosting(mounted(manager)):
        await until(lambda: manager.status().state == "ok")


async def test_legacy_clients_and_those_of_v1_are_served_beside_the_applications_own_routes(
    manager: StreamManager,
) -> None:
    async with hosting(mounted(manager)) as port:
        url = f"ws://127.0.0.1:{port}/streams/ws"
        async with open_websocket(url) as legacy, connect(url) as client:
            first = json.loads(await legacy.recv())
            assert (first["type"], list(first["symbols"])) == ("price_update", ["AAPL"])
            await client.subscribe("signals")
            manager.hub.publish("signals", signal(), TS)
            assert await anext(client) == signal()
            while json.loads(await legacy.recv())["type"] != "signal":
                pass
        assert json.loads((await fetch(port, "/bot"))[2]) == {"strategy": "mine"}


async def test_pages_and_figures_are_below_the_same_path(manager: StreamManager) -> None:
    async with hosting(mounted(manager)) as port:
        await until(lambda: manager.status().state == "ok")
        status, headers, body = await fetch(port, "/streams/")
        assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert headers["x-content-type-options"] == "nosniff" and b"dashboard.js" in body
        assert (await fetch(port, "/streams/healthz"))[0] == 200
        assert (await fetch(port, "/streams/readyz"))[0] == 200
        assert json.loads((await fetch(port, "/streams/status"))[2])["state"] == "ok"
        assert (await fetch(port, "/streams/nothing"))[0] == 404


async def test_an_application_with_a_lifespan_of_its_own_runs_both(manager: StreamManager) -> None:
    streams, order = Streams(manager), list[str]()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with streams.lifespan(app):
            order.append(manager.status().state)
            yield
            order.append("end")

    app = Starlette(routes=[WebSocketRoute("/ws", streams), Mount("/streams", streams)], lifespan=lifespan)
    async with hosting(app) as port, open_websocket(f"ws://127.0.0.1:{port}/ws") as ws:
        assert json.loads(await ws.recv())["type"] == "price_update"
    assert order == ["starting", "end"]


async def test_streams_that_ran_before_the_application_go_on_after_it(manager: StreamManager) -> None:
    await manager.start_all()
    async with hosting(mounted(manager)):
        pass
    assert manager.status().state != "stopped"
    await manager.stop_all()


async def test_without_its_lifespan_an_application_says_what_is_missing(manager: StreamManager) -> None:
    app = FastAPI()
    app.mount("/", Streams(manager))
    async with hosting(app) as port:
        status, _, body = await fetch(port, "/healthz")
        assert status == 503 and b"give the application their lifespan" in body
        with pytest.raises(InvalidStatus, match="503"):
            await open_websocket(f"ws://127.0.0.1:{port}/ws")


async def test_a_stalled_client_costs_the_others_nothing_and_is_cut_off(manager: StreamManager) -> None:
    app = FastAPI(lifespan=(streams := Streams(manager, limits=Limits(grace=600, close_deadline=0.2))).lifespan)
    app.mount("/", streams)
    async with running(app) as (port, server), open_websocket(f"ws://127.0.0.1:{port}/ws", max_queue=None) as ws:
        with closing(await stalled(port)):
            last = await flood(manager)
            async with asyncio.timeout(PATIENCE):
                while json.loads(await ws.recv()).get("symbols", {}).get(SYMBOLS[-1], {}).get("price") != last:
                    pass
            assert len(server.server_state.connections) == 2
            for client in streams._clients or ():
                client.look(asyncio.get_running_loop().time() + 601)
            await until(lambda: len(server.server_state.connections) == 1)
            assert not manager.hub.blocked
        await ws.send('{"type":"ping"}')
        while json.loads(await ws.recv())["type"] != "pong":
            pass


@pytest.mark.skipif(not CAN, reason="only Linux tells that a peer has stopped reading")
async def test_one_that_does_not_read_is_gone_though_the_system_took_all_that_it_was_sent(
    manager: StreamManager,
) -> None:
    app = FastAPI(lifespan=(streams := Streams(manager, limits=Limits(grace=0.3, close_deadline=0.1))).lifespan)
    app.mount("/", streams)
    async with hosting(app, ws_ping_interval=None) as port:
        with closing(await stalled(port)):
            async with asyncio.timeout(PATIENCE):
                while clients := tuple(streams._clients or ()):
                    assert not clients[0].blocked
                    for symbol in SYMBOLS:
                        manager.hub.publish("price_updates", price(symbol), TS)
                    await asyncio.sleep(0.05)


async def test_a_stalled_client_does_not_hold_up_the_end_of_the_application(manager: StreamManager) -> None:
    limits = Limits(grace=600, close_deadline=0.2)
    async with asyncio.timeout(PATIENCE):
        async with hosting(mounted(manager, limits=limits)) as port:
            sock = await stalled(port, "/streams/ws")
            await flood(manager)
    sock.close()


@pytest.mark.parametrize("message", [101 * "x", 101 * b"x", 51 * "é"])
async def test_a_message_that_is_too_long_ends_its_connection(manager: StreamManager, message: str | bytes) -> None:
    async with hosting(mounted(manager, limits=Limits(message_size=100))) as port:
        async with open_websocket(f"ws://127.0.0.1:{port}/streams/ws") as ws:
            await ws.send(message)
            with pytest.raises(ConnectionClosed):
                while True:
                    await ws.recv()
            assert ws.close_code == 1009


async def test_who_gets_in_is_decided_as_on_a_port_of_ones_own(
    manager: StreamManager, caplog: pytest.LogCaptureFixture
) -> None:
    tokens = Tokens()
    tokens.add("desk", SECRET)
    async with hosting(mounted(manager, access=Access(tokens=tokens))) as port:
        url = f"ws://127.0.0.1:{port}/streams/ws"
        for headers, status in (
            ({"Authorization": "Bearer wrong"}, 401),
            ({"Origin": "https://evil.example"}, 403),
        ):
            with pytest.raises(InvalidStatus) as refusal:
                await open_websocket(url, additional_headers=headers)
            assert refusal.value.response.status_code == status
        async with connect(url, token=SECRET, codec="msgpack") as client:
            assert await client.subscribe("signals") == {"signals": "*"}
        assert (await fetch(port, "/streams/status"))[0] == 401
        assert (await fetch(port, "/streams/healthz", host="evil.example"))[0] == 403
        assert (await fetch(port, "/streams/status", f"Authorization: Bearer {SECRET}"))[0] == 200
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_other_machines_are_told_how_to_be_let_in(manager: StreamManager) -> None:
    streams, sent = Streams(manager), list[Any]()

    async def send(event: Any) -> None:
        sent.append(event)

    scope = {"type": "http", "path": "/", "headers": [(b"host", b"127.0.0.1")], "client": ("10.0.0.7", 1)}
    async with streams.lifespan():
        await streams(scope, asyncio.Event().wait, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == 403 and b"Streams(host=" in sent[1]["body"]


async def test_a_token_may_be_told_in_the_first_message(manager: StreamManager) -> None:
    tokens = Tokens()
    tokens.add("desk", SECRET)
    async with hosting(mounted(manager, access=Access(tokens=tokens))) as port:
        async with open_websocket(f"ws://127.0.0.1:{port}/streams/ws", subprotocols=V1) as ws:
            assert json.loads(await ws.recv())["auth"] == "required"
            await ws.send(json.dumps({"type": "auth", "token": SECRET}))
            assert json.loads(await ws.recv())["type"] == "authenticated"


async def test_a_token_in_an_address_is_in_no_log(manager: StreamManager, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    tokens = Tokens()
    tokens.add("desk", SECRET)
    async with hosting(mounted(manager, access=Access(tokens=tokens, query_token=True))) as port:
        async with open_websocket(f"ws://127.0.0.1:{port}/streams/ws?token={SECRET}", subprotocols=V1) as ws:
            assert json.loads(await ws.recv())["auth"] == "ok"
    written = [record.getMessage() for record in caplog.records if record.name.startswith("uvicorn")]
    assert any("/streams/ws?token=***" in line for line in written) and not any(SECRET in line for line in written)


async def test_an_address_that_others_reach_needs_a_rule(manager: StreamManager) -> None:
    with pytest.raises(ServeError, match="token"):
        async with Streams(manager, host="0.0.0.0").lifespan():
            pass


async def test_room_is_made_again_by_those_who_leave(manager: StreamManager) -> None:
    async with hosting(mounted(manager, limits=Limits(connections=1))) as port:
        url = f"ws://127.0.0.1:{port}/streams/ws"
        for _ in range(3):
            async with open_websocket(url):
                with pytest.raises(InvalidStatus, match="503"):
                    await open_websocket(url)
            await until(lambda: manager.hub.readers == 0)


async def test_the_end_of_the_application_is_a_restart_to_its_clients(manager: StreamManager) -> None:
    async with hosting(mounted(manager)) as port:
        ws = await open_websocket(f"ws://127.0.0.1:{port}/streams/ws", subprotocols=V1)
        assert ws.subprotocol == V1[0]
        await ws.recv()
    with pytest.raises(ConnectionClosed):
        await ws.recv()
    assert ws.close_code == 1012


async def fetch(port: int, path: str, *more: str, host: str = "127.0.0.1") -> tuple[int, dict[str, str], bytes]:
    return await get(port, path, "Connection: close", *more, host=host)


async def flood(manager: StreamManager) -> float:
    """Publish prices until some client takes no more; gives the last one."""
    value = 0.0
    async with asyncio.timeout(PATIENCE):
        while not manager.hub.blocked:
            value += 1
            for symbol in SYMBOLS:
                manager.hub.publish("price_updates", price(symbol, value), TS)
            await asyncio.sleep(0)
    return value
