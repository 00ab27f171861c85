"""One connection, byte by byte: frames in pieces, silence, pings, deflating, on both kinds of loop."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import uvloop
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from tests.patience import PATIENCE
from tests.server.hostile import frame, handshake
from tests.server.raw import HANDSHAKE
from tests.server.served import V1, Served, ask, heard, serving, until
from tests.server.talk import TS, signal
from tradestream_nb.server.socket import Socket

FLOOD = 5_000
"""Far more than may come at once."""


@asynccontextmanager
async def raw(served: Served) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A legacy client that shook hands, as bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(HANDSHAKE.encode())
    await reader.readuntil(b"\r\n\r\n")
    yield reader, writer
    writer.close()


def sent(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    """A client's frame."""
    return Frame(opcode, data, fin).serialize(mask=True)


def deflated(data: bytes) -> bytes:
    """A client's message as it is with permessage-deflate."""
    deflate = zlib.compressobj(wbits=-15)
    return frame(Opcode.TEXT, (deflate.compress(data) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4], rsv=4)


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Opcode and content of a short frame."""
    async with asyncio.timeout(PATIENCE):
        first, length = await reader.readexactly(2)
        if length == 126:
            length = int.from_bytes(await reader.readexactly(2))
        return first & 15, await reader.readexactly(length)


async def test_a_message_may_come_in_frames_and_a_frame_in_bytes(served: Served) -> None:
    async with raw(served) as (reader, writer):
        parts = [b'{"ty', b'pe":', b'"ping"}']
        frames = [
            sent(Opcode.TEXT, parts[0], fin=False),
            sent(Opcode.CONT, parts[1], fin=False),
            sent(Opcode.PING, b"between"),
            sent(Opcode.CONT, parts[2]),
        ]
        for byte in b"".join(frames):
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        assert await read_frame(reader) == (Opcode.PONG, b"between")
        opcode, answer = await read_frame(reader)
        assert opcode == Opcode.TEXT and json.loads(answer)["type"] == "pong"


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (sent(Opcode.TEXT, b"\xff\xfe"), 1007),
        (sent(Opcode.CONT, b"of nothing"), 1002),
        (sent(Opcode.TEXT, b"x" * 20_000, fin=False) + sent(Opcode.CONT, b"x" * 20_000), 1009),
        (sent(Opcode.TEXT, b"one", fin=False) + sent(Opcode.TEXT, b"two"), 1002),
        (Frame(Opcode.TEXT, b"not masked").serialize(mask=False), 1002),
        (b"\xc1" + sent(Opcode.TEXT, b"deflated?")[1:], 1002),
    ],
)
async def test_what_breaks_the_rules_is_closed_with_the_code_that_says_so_and_told_of(
    served: Served, frames: bytes, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with raw(served) as (reader, writer):
        writer.write(frames)
        opcode, content = await read_frame(reader)
        assert (opcode, int.from_bytes(content[:2])) == (Opcode.CLOSE, code)
        assert await reader.read() == b""
    clients = await served.clients(0)
    assert clients.totals().ended == {"protocol": 1}
    told = [vars(record) for record in caplog.records if vars(record).get("event") == "violation"]
    assert [record["code"] for record in told] == [code]


@pytest.mark.parametrize(
    ("flood", "answered"),
    [
        (sent(Opcode.PING, b"") * FLOOD, range(640, FLOOD)),
        (sent(Opcode.PONG, b"") * FLOOD, range(1)),
        (sent(Opcode.TEXT, b"", fin=False) + sent(Opcode.CONT, b"", fin=False) * FLOOD, range(1)),
    ],
    ids=["pings", "pongs", "parts"],
)
async def test_a_flood_of_what_is_no_whole_message_ends_as_one_of_messages_does(
    served: Served, flood: bytes, answered: range, caplog: pytest.LogCaptureFixture
) -> None:
    async with raw(served) as (reader, writer):
        writer.write(flood)
        async with asyncio.timeout(PATIENCE):
            pongs, close, reason = (await reader.read()).rpartition(b"\x88\x11" + (4429).to_bytes(2))
    assert close and reason == b"too many frames"
    assert pongs == b"\x8a\x00" * (len(pongs) // 2) and len(pongs) // 2 in answered
    clients = await served.clients(0)
    assert clients.totals().ended == {"rate": 1}
    assert [vars(record)["code"] for record in caplog.records if vars(record).get("event") == "violation"] == [4429]


@pytest.mark.parametrize(
    ("behind", "answer"),
    [
        (sent(Opcode.TEXT, b'{"type":"ping"}'), (Opcode.TEXT, b'{"type":"pong"')),
        (deflated(b'{"type":"ping"}'), (Opcode.TEXT, b'{"type":"pong"')),
        (sent(Opcode.PING, b"there?"), (Opcode.PONG, b"there?")),
        (sent(Opcode.CLOSE, b"\x03\xe8"), (Opcode.CLOSE, b"\x03\xe8")),
        (sent(Opcode.CONT, b"of nothing"), (Opcode.CLOSE, b"\x03\xea")),
    ],
    ids=["a message", "a deflated message", "a ping", "a goodbye", "what breaks the rules"],
)
async def test_what_comes_right_behind_the_handshake_is_answered_behind_it(
    behind: bytes, answer: tuple[Opcode, bytes]
) -> None:
    async with serving(compress=True) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(handshake("Sec-WebSocket-Extensions: permessage-deflate") + behind)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        opcode, content = await read_frame(reader)
        assert (opcode, content[: len(answer[1])]) == answer
        writer.close()


@pytest.mark.parametrize("goodbye", [b"", sent(Opcode.CLOSE, b"\x03\xe8"), sent(Opcode.TEXT, b"\xff")])
async def test_nothing_is_written_to_one_that_has_said_its_last(
    served: Served, goodbye: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with raw(served) as (reader, writer), served.connect() as other:
        await served.clients(2)
        writer.write(goodbye)
        writer.write_eof()
        while len(served.server.clients) > 1:
            served.hub.publish("signals", signal(), TS)
            await asyncio.sleep(0)
        assert b"signal" not in (await reader.read()).partition(b"\x88")[2]
        assert json.loads(await other.recv())["type"] == "signal"
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_who_shakes_no_hands_is_hung_up_on() -> None:
    async with serving(handshake_deadline=0.1) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(HANDSHAKE.encode()[:40])
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionResetError):
                assert await reader.read() == b""
        writer.close()


async def test_who_answers_no_ping_is_taken_to_be_gone_and_who_does_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(keepalive=0.1) as served:
        async with raw(served) as (reader, _), served.connect() as ws:
            await served.clients(2)
            assert (await read_frame(reader))[0] == Opcode.PING
            await served.clients(1)
            assert (await ask(ws, type="ping"))["type"] == "pong"


async def test_who_never_reads_its_pongs_is_listened_to_no_more() -> None:
    async with serving(request_frames=1_000_000) as served, raw(served) as (_, writer):
        [client] = await served.clients(1)
        assert isinstance(client.wire, Socket)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        ping = sent(Opcode.PING, b"x" * 125) * 1_000

        async def flood() -> None:
            while True:
                writer.write(ping)
                await writer.drain()

        flooding = asyncio.create_task(flood())
        await until(lambda: client.blocked)
        await asyncio.sleep(0.1)
        assert client.wire.buffered() < 8 * served.limits.soft_buffer
        flooding.cancel()
        writer.transport.abort()
        await served.clients(0)


async def test_messages_are_deflated_for_clients_that_take_them_so_and_for_no_others() -> None:
    async with serving(compress=True) as served:
        async with connect(f"ws://127.0.0.1:{served.port}/ws") as deflating, served.connect() as plain:
            await served.clients(2)
            for value in (1.0, 2.0, 3.0):
                served.publish_prices(value)
                await asyncio.sleep(0)
            frames = [[await ws.recv() for _ in range(3)] for ws in (deflating, plain)]
            assert frames[0] == frames[1]
            few, many = sorted(client.counters().sent for client in served.server.clients)
            assert few < many / 3
            assert (await ask(deflating, type="ping"))["type"] == "pong"


async def test_nothing_is_deflated_unless_it_was_asked_for(served: Served) -> None:
    async with connect(f"ws://127.0.0.1:{served.port}/ws") as ws:
        assert "Sec-WebSocket-Extensions" not in ws.response.headers  # type: ignore[union-attr]


async def talk() -> None:
    """Everything once: greeting, stream, request, shutdown."""
    async with serving() as served:
        async with served.connect(subprotocols=V1) as ws:
            assert json.loads(await ws.recv())["type"] == "welcome"
            await ask(ws, type="subscribe", channel="signals")
            served.hub.publish("signals", signal(), TS)
            assert json.loads(await ws.recv())["type"] == "signal"
            ending = asyncio.create_task(served.server.stop())
            assert [message["type"] for message in await heard(ws)] == ["shutdown"]
            with pytest.raises(ConnectionClosed):
                await ws.recv()
            assert ws.close_code == 1012
            await ending


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_any_event_loop_will_do(run: Any) -> None:
    conversation: Coroutine[Any, Any, None] = talk()
    run(conversation)
