"""Real clients on real sockets, from the handshake to the end."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from typing import NamedTuple

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tests.patience import PATIENCE
from tests.server.doors import door
from tests.server.raw import get, stalled
from tests.server.served import SYMBOLS, V1, Served, ask, heard, serving, until
from tests.server.talk import SUBPROTOCOL, TS, health, signal
from tradestream_nb.errors import ServeError
from tradestream_nb.hub import Hub
from tradestream_nb.server.connection import Server
from tradestream_nb.server.socket import Socket
from tradestream_nb.topics import HISTORY


async def test_three_clients_get_the_same_bytes(served: Served) -> None:
    async with served.connect() as one, served.connect() as two, served.connect() as three:
        await served.clients(3)
        for value in (1.0, 2.0):
            served.publish_prices(value)
            served.hub.publish("signals", signal(), TS)
            await asyncio.sleep(0)
        frames = [[await ws.recv() for _ in range(4)] for ws in (one, two, three)]
    assert frames[0] == frames[1] == frames[2]


async def test_frames_are_text(served: Served) -> None:
    async with served.connect() as ws:
        await served.clients(1)
        served.hub.publish("signals", signal(), TS)
        assert isinstance(await ws.recv(), str)


async def test_what_one_turn_of_the_loop_brings_is_sent_together(served: Served) -> None:
    async with served.connect() as ws:
        await served.clients(1)
        served.publish_prices(49)
        frame = json.loads(await ws.recv())
        assert {symbol: fields["price"] for symbol, fields in frame["symbols"].items()} == dict.fromkeys(SYMBOLS, 49)
        assert (await ask(ws, type="ping"))["type"] == "pong"


async def test_without_an_interval_no_change_is_overtaken_by_the_next(served: Served) -> None:
    async with served.connect() as ws:
        await served.clients(1)
        for value in range(50):
            served.publish_prices(value)
        frames = [json.loads(await ws.recv()) for _ in range(50)]
        assert [frame["symbols"]["SYM000"]["price"] for frame in frames] == list(range(50))
        assert all(len(frame["symbols"]) == len(SYMBOLS) for frame in frames)


async def test_a_burst_costs_a_client_one_write(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[bytes] = []

    class Counting(NamedTuple):
        socket: Socket

        def send(self, data: bytes) -> int:
            writes.append(data)
            return self.socket.send(data)

    monkeypatch.setattr(Socket, "sink", property(Counting))
    async with served.connect() as ws:
        await served.clients(1)
        for _ in range(50):
            served.hub.publish("signals", signal(), TS)
        for _ in range(50):
            await ws.recv()
        assert len(writes) == 1


async def test_the_subprotocol_chooses_the_mode(served: Served) -> None:
    async with served.connect(subprotocols=[Subprotocol("other"), *V1]) as ws:
        assert ws.subprotocol == SUBPROTOCOL
        assert json.loads(await ws.recv())["type"] == "welcome"
        served.publish_prices(1.0)
        assert (await ask(ws, type="subscribe", channel="price"))["type"] == "subscribed"
        assert json.loads(await ws.recv())["snapshot"] is True


async def test_a_subprotocol_of_others_is_served_as_legacy(served: Served) -> None:
    async with served.connect(subprotocols=[Subprotocol("graphql-ws")]) as ws:
        assert ws.subprotocol is None
        assert (await ask(ws, type="ping"))["type"] == "pong"


async def test_a_bad_message_leaves_the_connection_open(served: Served) -> None:
    async with served.connect() as ws:
        assert (await ask(ws, type="dance"))["type"] == "error"
        await ws.send(b"\xff\x00")
        assert json.loads(await ws.recv())["type"] == "error"
        assert (await ask(ws, type="ping"))["type"] == "pong"


async def test_a_message_that_is_too_large_closes_with_1009(served: Served) -> None:
    async with served.connect() as ws:
        await ws.send("x" * (served.limits.message_size + 1))
        async with asyncio.timeout(PATIENCE):
            await ws.wait_closed()
        assert ws.close_code == 1009


async def test_a_version_that_there_is_not_is_closed_and_said_so(served: Served) -> None:
    async with served.connect(subprotocols=[Subprotocol("tradestream.v9")]) as ws:
        assert await heard(ws) == []
        assert (ws.close_code, ws.close_reason) == (4406, "offer tradestream.v1.json or tradestream.v1.msgpack")


async def test_messagepack_is_sent_in_binary_frames(served: Served) -> None:
    async with served.connect(subprotocols=[Subprotocol("tradestream.v1.msgpack"), *V1]) as ws:
        assert msgspec.msgpack.decode(await ws.recv(decode=False))["type"] == "welcome"
        await ws.send(msgspec.msgpack.encode({"type": "subscribe", "channel": "price"}))
        assert msgspec.msgpack.decode(await ws.recv(decode=False))["type"] == "subscribed"
        served.publish_prices(1.0)
        assert len(msgspec.msgpack.decode(await ws.recv(decode=False))["symbols"]) == len(SYMBOLS)


async def test_a_client_gets_what_its_pace_held_back_when_it_is_time(served: Served) -> None:
    async with served.connect(subprotocols=V1) as ws:
        await ws.recv()
        await ask(ws, type="subscribe", channel="price", max_hz=20)
        served.publish_prices(1.0)
        first = json.loads(await ws.recv())
        for value in (2.0, 3.0):
            served.publish_prices(value)
        second = json.loads(await ws.recv())
        assert [frame["symbols"]["SYM000"]["price"] for frame in (first, second)] == [1.0, 3.0]


async def test_a_client_that_asks_too_much_is_answered_and_closed(served: Served) -> None:
    async with served.connect(subprotocols=V1) as ws:
        await ws.recv()
        for _ in range(40):
            await ws.send('{"type":"ping"}')
        answers = [message["type"] for message in await heard(ws)]
        assert (answers[:20], answers.count("error"), ws.close_code) == (["pong"] * 20, 10, 4429)


async def test_a_silent_v1_client_hears_a_heartbeat() -> None:
    async with serving(heartbeat=0.1) as served, served.connect(subprotocols=V1) as ws:
        await ws.recv()
        assert json.loads(await ws.recv())["type"] == "heartbeat"


@pytest.mark.parametrize("count", [1, 3])
async def test_no_heartbeat_tells_of_news_before_it_is_sent(served: Served, count: int) -> None:
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(served.connect(subprotocols=V1)) for _ in range(count)]
        for ws in sockets:
            await ws.recv()
            await ask(ws, type="subscribe", channel="signals")
        served.hub.publish("signals", signal(), TS)
        for ws in sockets:
            assert json.loads(await ws.recv())["seq"] == 1
        served.hub.publish("signals", signal(), TS)
        for client in served.server.clients:
            client.look(asyncio.get_running_loop().time() + 100)
        for ws in sockets:
            assert json.loads(await ws.recv())["type"] == "signal"


async def test_a_client_may_come_back_for_as_much_as_its_limits_say() -> None:
    async with serving(history=HISTORY + 5, grace=1e9) as served:
        for number in range(HISTORY + 6):
            served.hub.publish("signals", signal(f"S{number}"), TS)
        async with served.connect(subprotocols=V1) as ws:
            assert json.loads(await ws.recv())["history"]["signals"] == {"first": 2, "last": HISTORY + 6}
            since = {"epoch": served.hub.epoch, "seq": 1}
            answer = await ask(ws, type="subscribe", channel="signals", since=since)
            assert (answer["recovered"], answer["replayed"]) == (True, HISTORY + 5)


async def test_a_client_that_goes_leaves_nothing_behind(served: Served) -> None:
    tasks = asyncio.all_tasks()
    async with served.connect(), served.connect():
        await served.clients(2)
        assert served.hub.readers == 2
    vanishing = await stalled(served.port)
    await served.clients(1)
    vanishing.close()
    await served.clients(0)
    assert served.hub.readers == 0
    await until(lambda: asyncio.all_tasks() == tasks)


async def test_while_full_handshakes_are_refused_and_pages_are_not() -> None:
    async with serving(connections=2) as served:
        async with served.connect(), served.connect():
            await served.clients(2)
            with pytest.raises(InvalidStatus) as refusal:
                await served.connect()
            assert refusal.value.response.status_code == 503
            assert refusal.value.response.headers["Retry-After"] == "5"
            assert (await get(served.port, "/healthz"))[0] == 200
        await served.clients(0)
        async with served.connect():
            await served.clients(1)


async def test_a_rush_of_clients_does_not_exceed_the_limit() -> None:
    async with serving(connections=3) as served:
        results = await asyncio.gather(*(served.connect() for _ in range(9)), return_exceptions=True)
        accepted = [ws for ws in results if isinstance(ws, ClientConnection)]
        assert len(accepted) == 3
        await asyncio.gather(*(ws.close() for ws in accepted))


async def test_plain_http_is_answered_beside_it(served: Served) -> None:
    status, headers, body = await get(served.port, "/")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert headers["x-content-type-options"] == "nosniff"
    assert int(headers["content-length"]) == len(body)
    assert (await get(served.port, "/../../pyproject.toml"))[0] == 404
    assert (await get(served.port, "/ws"))[0] == 426


async def test_a_websocket_elsewhere_is_not_found(served: Served) -> None:
    with pytest.raises(InvalidStatus, match="404"):
        await connect(f"ws://127.0.0.1:{served.port}/prices")
    async with connect(f"ws://127.0.0.1:{served.port}/?from=old"):
        await served.clients(1)


async def test_a_port_in_use_is_said_so_with_a_way_out(served: Served) -> None:
    with pytest.raises(ServeError, match=f"port {served.port} is in use on 127.0.0.1; .*another port"):
        await Server(Hub(), door()).start("127.0.0.1", served.port)


async def test_an_address_that_is_not_ours_is_said_so() -> None:
    with pytest.raises(ServeError, match="cannot listen on 192.0.2.1:0"):
        await Server(Hub(), door()).start("192.0.2.1", 0)


async def test_clients_are_told_when_the_server_stops(served: Served) -> None:
    async with served.connect() as legacy, served.connect(subprotocols=V1) as v1:
        await served.clients(2)
        await v1.recv()
        await ask(v1, type="subscribe", channel="health")
        served.hub.publish("health", health(), TS)
        await served.server.stop()
        assert [message["type"] for message in await heard(v1)] == ["health", "shutdown"]
        assert await heard(legacy) == []
        assert (v1.close_code, legacy.close_code) == (1012, 1012)
    assert (served.hub.readers, len(served.server.clients)) == (0, 0)


async def test_a_server_that_was_stopped_can_be_stopped_again_and_its_port_is_free(served: Served) -> None:
    await served.server.stop()
    await served.server.stop()
    with pytest.raises(OSError, match="Connect"):
        await served.connect()
