"""Whatever comes in over a socket: the server stays up, the others notice nothing, and no log has a traceback."""

from __future__ import annotations

import asyncio
import json
import zlib
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.hostile import besieged, drops, frame, handshake

CONT, TEXT, BINARY, CLOSE, PING = 0, 1, 2, 8, 9
HELLO = handshake()
MODES = ("", "tradestream.v1.json", "tradestream.v1.msgpack")
SAFE = settings(max_examples=60)

TLS_HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(200)
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
BEFORE = {
    "nothing": [b""],
    "half a request": [HELLO[:40]],
    "a byte at a time": drops(HELLO),
    "http 2": [PREFACE],
    "tls": [TLS_HELLO],
    "http 1.0": [HELLO.replace(b"1.1", b"1.0")],
    "no key": [HELLO.replace(b"Sec-WebSocket-Key", b"X")],
    "another version": [HELLO.replace(b"Version: 13", b"Version: 99")],
    "a body": [b"POST /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nhello"],
    "two requests": [b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 2],
    "a long line": [b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n"],
    "a long header": [HELLO[:-2] + b"X: " + b"a" * 100_000 + b"\r\n\r\n"],
    "many headers": [HELLO[:-2] + b"X: y\r\n" * 1000 + b"\r\n"],
    "two hosts": [HELLO[:-2] + b"Host: evil.example\r\n\r\n"],
    "no host": [HELLO.replace(b"Host: 127.0.0.1\r\n", b"")],
    "bare line feeds": [HELLO.replace(b"\r\n", b"\n")],
    "null bytes": [HELLO.replace(b"/ws", b"/w\x00s")],
    "bytes above ascii": [HELLO[:-2] + b"Origin: \xff\xfe\r\nSec-WebSocket-Protocol: \xe9\r\n\r\n"],
    "a frame before the handshake": [frame(TEXT, b"{}") + HELLO],
    "broken authorization": [HELLO[:-2] + b"Authorization: Basic !!!\r\n\r\n"],
    "a broken bearer": [handshake(subprotocol="tradestream.bearer.%%%, tradestream.v1.json")],
    "an unfinished path": [b"GET /%zz?token=%ff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
    "an ipv6 host that is none": [HELLO.replace(b"127.0.0.1", b"[::1")],
}
AFTER = {
    "unmasked": [frame(TEXT, b'{"type":"ping"}', masked=False)],
    "reserved bits": [frame(TEXT, b"{}", rsv=rsv) for rsv in (4, 2, 1)],
    "a reserved opcode": [frame(3, b"x")],
    "a ping that is too long": [frame(PING, 126 * b"x")],
    "a ping in parts": [frame(PING, b"x", fin=False)],
    "a continuation of nothing": [frame(CONT, b"x")],
    "a beginning within a message": [frame(TEXT, b"a", fin=False), frame(TEXT, b"b")],
    "too long": [frame(TEXT, 40_000 * b"x")],
    "too long in parts": [frame(TEXT, b"", fin=False), *50 * [frame(CONT, 1000 * b"x", fin=False)]],
    "8 EiB announced": [b"\x81\xff" + (1 << 62).to_bytes(8, "big") + b"x"],
    "a length with its highest bit": [b"\x81\xff" + b"\xff" * 8],
    "a flood of parts": [frame(TEXT, b"", fin=False), b"".join(20_000 * [frame(CONT, b"", fin=False)])],
    "a flood of pings": [b"".join(5_000 * [frame(PING, b"x" * 100)])],
    "a flood of goodbyes": [b"".join(100 * [frame(CLOSE, b"\x03\xe8")])],
    "a goodbye of one byte": [frame(CLOSE, b"\x03")],
    "a goodbye with a forbidden code": [frame(CLOSE, (1005).to_bytes(2, "big"))],
    "a goodbye that is no text": [frame(CLOSE, b"\x03\xe8\xff\xff")],
    "talk after goodbye": [frame(CLOSE, b"\x03\xe8"), frame(TEXT, b'{"type":"ping"}')],
    "no utf-8": [frame(TEXT, b"\xff\xfe")],
    "half a letter": [frame(TEXT, b'"\xe2\x82', fin=False), frame(CONT, b'"')],
    "a deep nest": [frame(TEXT, b"[" * 30_000)],
    "a deep nest of maps": [frame(TEXT, b'{"a":' * 6_000)],
    "a deep nest in binary": [frame(BINARY, b"\x91" * 30_000)],
    "a huge number": [frame(TEXT, b'{"type":"ping","id":' + b"9" * 30_000 + b"}")],
    "no number": [frame(TEXT, b'{"type":"ping","t":NaN,"id":1e999}')],
    "surrogates": [frame(TEXT, b'{"type":"ping","id":"\\ud800"}')],
    "an empty message": [frame(TEXT), frame(BINARY)],
    "the same key many times": [frame(TEXT, b"{" + b'"type":"ping",' * 2000 + b'"id":1}')],
}


@pytest.mark.parametrize("parts", BEFORE.values(), ids=BEFORE)
async def test_no_beginning_harms(parts: list[bytes]) -> None:
    async with besieged() as siege:
        said = await siege.throw(*parts)
        await siege.all_is_well()
        if b" 101 " not in said:
            await siege.throw(*parts, end=False)


@pytest.mark.parametrize("subprotocol", MODES)
@pytest.mark.parametrize("parts", AFTER.values(), ids=AFTER)
async def test_no_frame_harms(parts: list[bytes], subprotocol: str) -> None:
    async with besieged() as siege:
        await siege.throw(*parts, shake=handshake(subprotocol=subprotocol))
        await siege.all_is_well()
        await siege.throw(handshake(subprotocol=subprotocol) + b"".join(parts))


@pytest.mark.parametrize("subprotocol", MODES)
async def test_a_bomb_of_zeros_is_not_unpacked(subprotocol: str) -> None:
    deflate = zlib.compressobj(9, wbits=-15)
    bomb = deflate.compress(bytes(20_000_000)) + deflate.flush(zlib.Z_SYNC_FLUSH)
    offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
    async with besieged(compress=True) as siege:
        said = await siege.throw(frame(TEXT, bomb[:-4], rsv=4), shake=handshake(offer, subprotocol=subprotocol))
        assert (1009).to_bytes(2, "big") in said


async def test_many_who_only_knock_do_not_stay() -> None:
    async with besieged(connections=10) as siege:
        knocks = [siege.throw(HELLO[:cut], end=False) for cut in range(len(HELLO))]
        told = await asyncio.gather(*knocks)
        assert not any(b" 101 " in said for said in told)


@SAFE
@given(st.lists(st.binary(max_size=200), max_size=8))
async def test_random_bytes_do_no_harm(parts: list[bytes]) -> None:
    async with besieged() as siege:
        await siege.throw(*parts)


@SAFE
@given(
    st.integers(0, len(HELLO)),
    st.integers(0, 20),
    st.binary(max_size=20),
    st.sampled_from([b"", frame(TEXT, b'{"type":"ping"}')]),
)
async def test_a_damaged_handshake_does_no_harm(place: int, cut: int, put: bytes, then: bytes) -> None:
    async with besieged() as siege:
        await siege.throw(HELLO[:place] + put + HELLO[place + cut :], then)


FRAMES = st.builds(
    frame,
    st.integers(0, 15),
    st.binary(max_size=300),
    fin=st.booleans(),
    rsv=st.integers(0, 7),
    masked=st.booleans(),
)
WELL_FORMED = st.builds(
    frame, st.sampled_from([CONT, TEXT, BINARY, PING, CLOSE]), st.binary(max_size=100), fin=st.booleans()
)


@SAFE
@given(st.sampled_from(MODES), st.lists(FRAMES | WELL_FORMED, max_size=10), st.booleans())
async def test_random_frames_do_no_harm(subprotocol: str, frames: list[bytes], slowly: bool) -> None:
    async with besieged() as siege:
        data = b"".join(frames)
        await siege.throw(*(drops(data[:400]) if slowly else [data]), shake=handshake(subprotocol=subprotocol))


KINDS = ["subscribe", "unsubscribe", "configure", "list", "ping", "auth", "pong", "welcome"]
CHANNELS = ["price", "price_updates", "signals", "portfolio", "trades", "health", "*", "", "nowhere"]
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner))
SYMBOLS = st.lists(st.sampled_from(["AAPL", "MSFT", "*", "", "\x00"]) | st.text(max_size=5), max_size=5)
NEARLY: dict[str, st.SearchStrategy[Any]] = {
    "channel": st.sampled_from(CHANNELS) | ANYTHING,
    "channels": st.lists(st.sampled_from(CHANNELS), max_size=6) | ANYTHING,
    "symbols": SYMBOLS | st.just("*") | st.fixed_dictionaries({"all_but": SYMBOLS}) | ANYTHING,
    "max_hz": st.floats() | st.integers() | ANYTHING,
    "since": st.fixed_dictionaries({"epoch": st.text(max_size=5), "seq": st.integers() | ANYTHING}) | ANYTHING,
    "history": st.integers() | ANYTHING,
    "snapshot": ANYTHING,
    "id": PLAIN,
    "t": PLAIN,
    "token": PLAIN,
}
REQUESTS = st.fixed_dictionaries({"type": st.sampled_from(KINDS) | ANYTHING}, optional=NEARLY) | ANYTHING


@settings(max_examples=150)
@given(st.sampled_from(MODES), st.lists(REQUESTS, min_size=1, max_size=12))
async def test_requests_that_nearly_make_sense_do_no_harm(subprotocol: str, requests: list[Any]) -> None:
    async with besieged() as siege:
        frames = [_said(request, subprotocol) for request in requests]
        await siege.throw(b"".join(frames), shake=handshake(subprotocol=subprotocol))


def _said(request: Any, subprotocol: str) -> bytes:
    if not subprotocol.endswith("msgpack"):
        return frame(TEXT, json.dumps(request).encode())
    try:
        return frame(BINARY, msgspec.msgpack.encode(request))
    except OverflowError:
        return frame(BINARY, json.dumps(request).encode())
