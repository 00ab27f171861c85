"""Requests that are read from what clients send, and what is refused."""

from __future__ import annotations

import msgspec
import pytest

from tradestream_nb.server.wire.reader import Reader
from tradestream_nb.server.wire.refusal import Refusal
from tradestream_nb.server.wire.requests import (
    LEGACY_REQUESTS,
    V1_REQUESTS,
    LegacyPing,
    Ping,
    Subscribe,
)


def test_both_codecs_read_the_same() -> None:
    said = {"type": "subscribe", "channel": "price", "symbols": ["A"], "max_hz": 4, "id": 7, "unknown": 1}
    text, packed = Reader(V1_REQUESTS), Reader(V1_REQUESTS, "msgpack")
    expected = Subscribe(channel="price", symbols=["A"], max_hz=4.0, id=7)
    assert text.read(msgspec.json.encode(said).decode()) == packed.read(msgspec.msgpack.encode(said)) == expected


@pytest.mark.parametrize("codec", ["json", "msgpack"])
def test_each_codec_refuses_the_other_kind_of_frame(codec: str) -> None:
    data: str | bytes = b"{}" if codec == "json" else "{}"
    with pytest.raises(Refusal, match="send (JSON|MessagePack)"):
        Reader(V1_REQUESTS, codec).read(data)


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", b"\x81\xa4type", b"\x91" * 10_000, b"\xdd\xff\xff\xff\xff", b"\x81\xa4type\xa2\xff\xfe"]
)
def test_no_messagepack_gets_past_a_refusal(data: bytes) -> None:
    with pytest.raises(Refusal):
        Reader(V1_REQUESTS, "msgpack").read(data)


@pytest.mark.parametrize(("said", "id"), [('"id":7', 7), ('"id":"r"', "r"), ('"id":[1]', None), ('"id":true', None)])
def test_a_refusal_names_the_request_where_it_can(said: str, id: int | str | None) -> None:
    with pytest.raises(Refusal) as refusal:
        Reader(V1_REQUESTS).read('{"type":"subscribe","channel":7,' + said + "}")
    assert refusal.value.id == (msgspec.UNSET if id is None else id)


def test_what_the_first_dashboards_do_not_know_is_not_looked_at() -> None:
    said = '{"type":"ping","id":[1],"since":1,"channel":[],"t":{},"history":"x"}'
    assert Reader(LEGACY_REQUESTS).read(said) == LegacyPing()


def test_a_ping_takes_any_simple_value_along() -> None:
    assert Reader(V1_REQUESTS).read('{"type":"ping","t":1.5}') == Ping(t=1.5)
