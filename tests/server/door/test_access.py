"""Who gets in over a real port: every mix of name, page, token and path."""

from __future__ import annotations

import asyncio
import json
import logging
from itertools import product

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.patience import PATIENCE
from tests.server.door.test_admission import (
    BEARERS,
    DESK,
    HOSTS,
    NEEDS,
    ORIGINS,
    WITH_TOKENS,
    WRONG,
    base64url,
    expected,
)
from tests.server.raw import UPGRADE, get
from tests.server.served import until
from tests.server.talk import TS, signal, trade
from tests.server.watched import watched
from tradestream_nb.server import house
from tradestream_nb.server.door.access import Access


async def knock(port: int, path: str, *headers: str) -> int:
    """The status of an answer, after which the connection is dropped."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("".join(f"{line}\r\n" for line in (f"GET {path} HTTP/1.1", *headers, "")).encode())
    first = await reader.readuntil(b"\r\n")
    writer.transport.abort()
    return int(first.split()[1])


async def test_every_mix_of_host_origin_token_and_path_is_answered_as_it_should() -> None:
    wrong = []
    async with watched(WITH_TOKENS, handshakes_per_second=1000.0) as server:
        for host, origin, token, path in product(HOSTS, ORIGINS, BEARERS, NEEDS):
            headers = [f"Origin: {origin}"] if origin else []
            headers += [f"Authorization: Bearer {token}"] if token else []
            headers += UPGRADE if path == "/ws" else []
            status = await knock(server.port, path, f"Host: {host}", *headers)
            if status != expected(host, origin, token, path):
                wrong.append((host, origin, token, path, status))
    assert wrong == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/dashboard.js", "/healthz", "/readyz", "/status", "/metrics", "/ws"])
async def test_what_is_only_read_takes_no_other_method(path: str, method: str) -> None:
    async with watched() as server:
        status, headers, _ = await get(server.port, path, method=method)
    assert (status, headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("first", ["POST /status HTTP/1.1", "GET /", "\x16\x03\x01", "GET / HTTP/2"])
async def test_what_is_no_request_without_a_body_is_told_so(first: str) -> None:
    async with watched() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"{first}\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\na=b".encode())
        async with asyncio.timeout(PATIENCE):
            answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answer.endswith(b"this cannot be read as a request without a body\n")


@pytest.mark.parametrize("path", ["/", "/status", "/metrics", "/clients", "/healthz"])
async def test_head_tells_the_length_and_sends_nothing(path: str) -> None:
    async with watched() as server:
        status, headers, body = await get(server.port, path, method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0


async def test_a_browser_brings_its_token_as_a_subprotocol_and_does_not_get_it_back() -> None:
    async with watched(WITH_TOKENS) as server:
        offer = ("tradestream.v1.json", f"tradestream.bearer.{base64url(DESK)}")
        async with server.connect(*offer) as ws:
            assert ws.subprotocol == "tradestream.v1.json"
            assert json.loads(await ws.recv())["type"] == "welcome"
        with pytest.raises(InvalidStatus, match="401"):
            await server.connect("tradestream.v1.json", f"tradestream.bearer.{base64url(WRONG)}")


async def test_a_token_in_the_address_reaches_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with watched(Access(tokens=WITH_TOKENS.tokens, query_token=True)) as server:
        async with connect(f"ws://127.0.0.1:{server.port}/ws?token={DESK}"):
            assert server.front.status()["connections"] == 1
        with pytest.raises(InvalidStatus, match="401"):
            await connect(f"ws://127.0.0.1:{server.port}/ws?token={WRONG}")
    ours = [record for record in caplog.records if record.name != "websockets.client"]
    assert ours
    assert not [record for record in ours if DESK in str(vars(record)) or WRONG in str(vars(record))]


async def test_what_is_said_reaches_no_log_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with watched(WITH_TOKENS, token=DESK) as server, server.connect() as ws:
        await ws.send('{"type":"a thing nobody should read"}')
        assert "error" in str(await ws.recv())
    ours = [record for record in caplog.records if record.name != "websockets.client"]
    assert not [record for record in ours if DESK in record.getMessage() or "nobody should" in record.getMessage()]


async def test_connections_that_ask_for_nothing_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "ANTEROOM", 2)
    async with watched(connections=1, handshake_deadline=60.0) as server:
        opened = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(6)]
        ends = [asyncio.ensure_future(reader.read()) for reader, _ in opened]
        await until(lambda: [end.done() for end in ends] == [False] * 3 + [True] * 3)
        for end in ends:
            end.cancel()
        for _, writer in opened:
            writer.transport.abort()
        async with asyncio.timeout(PATIENCE):
            while not await is_served(server.port):
                pass


async def is_served(port: int) -> bool:
    """Whether there is room to be answered."""
    try:
        return (await get(port, "/healthz"))[0] == 200
    except (OSError, IndexError):
        return False


async def test_who_comes_without_a_token_hears_nothing_until_it_says_who_it_is() -> None:
    async with watched(WITH_TOKENS, auth_deadline=60.0) as server, server.connect() as legacy:
        server.front.manager.hub.publish("signals", signal(), TS)
        await legacy.send('{"type":"subscribe","channel":"signals","symbols":[]}')
        assert json.loads(await legacy.recv())["type"] == "error"
        await legacy.send(json.dumps({"type": "auth", "token": DESK}))
        assert json.loads(await legacy.recv())["type"] != "error"
        server.front.manager.hub.publish("trades", trade(), TS)
        server.front.manager.hub.publish("signals", signal("MSFT"), TS)
        heard = json.loads(await legacy.recv())
        assert (heard["type"], heard["symbol"]) == ("signal", "MSFT")


async def test_a_scope_bounds_what_is_read() -> None:
    async with watched(WITH_TOKENS, token=DESK) as server, server.connect("tradestream.v1.json") as v1:
        assert json.loads(await v1.recv())["channels"] == ["signals"]
        await v1.send(json.dumps({"type": "subscribe", "channels": ["trades"], "id": 1}))
        answer = json.loads(await v1.recv())
        assert (answer["type"], answer["code"]) == ("error", "forbidden")
        await v1.send(json.dumps({"type": "subscribe", "channels": ["*"], "id": 2}))
        assert json.loads(await v1.recv())["subscriptions"] == {"signals": "*"}


@pytest.mark.parametrize("offer", [(), ("tradestream.v1.json",), ("tradestream.v1.msgpack",)])
async def test_who_does_not_say_in_time_who_it_is_is_closed(offer: tuple[str, ...]) -> None:
    async with watched(WITH_TOKENS, auth_deadline=0.1) as server, server.connect(*offer) as silent:
        server.front.manager.hub.publish("signals", signal(), TS)
        heard = []
        with pytest.raises(ConnectionClosed, match="4408"):
            while True:
                heard.append(await asyncio.wait_for(silent.recv(), PATIENCE))
        assert len(heard) == len(offer), "a welcome is all there is"


async def test_a_wrong_token_in_a_message_closes_for_good() -> None:
    async with watched(WITH_TOKENS) as server, server.connect("tradestream.v1.json") as wrong:
        await wrong.recv()
        await wrong.send(json.dumps({"type": "auth", "token": WRONG}))
        assert json.loads(await wrong.recv())["code"] == "auth_failed"
        with pytest.raises(ConnectionClosed, match="4401"):
            await asyncio.wait_for(wrong.recv(), PATIENCE)


async def test_the_log_tells_of_coming_proving_breaking_and_going(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with watched(WITH_TOKENS) as server:
        async with server.connect() as right:
            await right.send(json.dumps({"type": "auth", "token": DESK}))
            await right.recv()
        async with server.connect() as wrong:
            await wrong.send(json.dumps({"type": "auth", "token": WRONG}))
            await wrong.recv()
        await until(lambda: server.front.status()["connections"] == 0)
    told = [vars(record) for record in caplog.records if "event" in vars(record)]
    assert [(each["event"], each.get("reason")) for each in told if each["client"] == "1"] == [
        ("connected", None),
        ("authenticated", None),
        ("disconnected", "left"),
    ]
    assert [(each["event"], each.get("reason")) for each in told if each["client"] == "2"] == [
        ("connected", None),
        ("violation", "this token is not known here"),
        ("disconnected", "auth"),
    ]
    assert DESK not in str(told) and WRONG not in str(told)
