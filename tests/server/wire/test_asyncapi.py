"""The published document: valid, whole, and true of what is sent and read."""

from __future__ import annotations

import copy
import gzip
import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from tests.server.doors import door, knock
from tests.server.frame_checks import check, closed, codec_of, every_frame_heard_is_as_published, mode_of, validator
from tests.server.talk import Talk, publish_all
from tradestream_nb.server.web.http import Reply
from tradestream_nb.server.wire.asyncapi import MODES, document
from tradestream_nb.server.wire.closing import CLOSINGS
from tradestream_nb.server.wire.legacy import LegacyProtocol
from tradestream_nb.server.wire.reader import Reader
from tradestream_nb.server.wire.requests import LEGACY_REQUESTS, V1_REQUESTS
from tradestream_nb.server.wire.v1 import V1MsgpackProtocol, V1Protocol

__all__ = ["every_frame_heard_is_as_published"]

SCHEMA = Path(__file__).parent / "data" / "asyncapi-3.0.0.json.gz"


@pytest.fixture(scope="module")
def of_asyncapi() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads(gzip.decompress(SCHEMA.read_bytes())))


def resolved(reference: str) -> Any:
    """What a reference in the document stands for."""
    found: Any = document()
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def references(part: Any) -> set[str]:
    """All references in a part of the document."""
    if isinstance(part, list):
        return set().union(*(references(inner) for inner in part))
    if not isinstance(part, dict):
        return set()
    own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
    return own.union(*(references(inner) for inner in part.values()))


def test_the_document_is_valid_asyncapi(of_asyncapi: jsonschema.Draft7Validator) -> None:
    assert [error.message for error in of_asyncapi.iter_errors(document())] == []


@pytest.mark.parametrize(("place", "wrong"), [("asyncapi", "2.6.0"), ("channels", {"v1": {"adress": 1}}), ("info", {})])
def test_a_document_with_a_mistake_is_not(of_asyncapi: jsonschema.Draft7Validator, place: str, wrong: Any) -> None:
    broken = copy.deepcopy(document())
    broken[place] = wrong
    assert list(of_asyncapi.iter_errors(broken))


def test_every_reference_leads_somewhere() -> None:
    assert all(resolved(reference) for reference in references(document()))


def test_every_schema_is_used() -> None:
    used = {reference.rpartition("/")[2] for reference in references(document()) if "/schemas/" in reference}
    assert used == set(document()["components"]["schemas"])


@pytest.mark.parametrize("mode", MODES)
def test_every_message_is_sent_or_received_in_its_mode(mode: str) -> None:
    operations = {name: value for name, value in document()["operations"].items() if name.startswith(f"{mode}.")}
    told = {reference["$ref"].rpartition("/")[2] for value in operations.values() for reference in value["messages"]}
    assert told == set(document()["channels"][mode]["messages"])


@pytest.mark.parametrize(("mode", "kinds"), [("v1", V1_REQUESTS), ("legacy", LEGACY_REQUESTS)])
def test_what_the_document_asks_for_is_read(mode: str, kinds: tuple[Any, ...]) -> None:
    values = {"token": "t", "max_hz": 2, "channel": "price", "symbols": ["A"], "id": 1}
    for kind in kinds:
        request = {"type": kind.kind()} | {name: values[name] for name in kind.__struct_fields__ if name in values}
        validator(mode, f"request.{kind.kind()}")(request)
        assert isinstance(Reader(kinds).read(msgspec.json.encode(request).decode()), kind)


def test_every_close_code_is_told_with_its_verdict() -> None:
    told = {closing["code"]: closing["final"] for closing in document()["x-close-codes"]}
    assert {code for code, final in told.items() if final} == {4400, 4401, 4403, 4406, 4413}
    assert {1009, 1011, 1012, 4408, 4429, 4503, 4508} <= told.keys()
    assert len(told) == len(CLOSINGS)


def test_everyone_may_read_it_over_http() -> None:
    reply = door().enter(knock("/asyncapi.json", upgrade=""))
    assert isinstance(reply, Reply) and reply.status == 200
    assert json.loads(reply.body) == document()


@pytest.mark.parametrize("mode", [LegacyProtocol, V1Protocol, V1MsgpackProtocol])
def test_a_field_that_is_not_published_does_not_get_past_the_tests(mode: Any) -> None:
    client = Talk(mode)
    client.ask(type="subscribe", channel="price")
    publish_all(client.hub)
    dialect = client.protocol.dialect
    name, codec = mode_of(dialect), codec_of(dialect)
    for frame in client.frames():
        check(name, codec, frame)
        with pytest.raises(AssertionError, match="surprise"):
            check(name, codec, dialect.codec.merge(frame, dialect.codec.encode({"surprise": 1})))


async def test_nor_does_one_that_a_process_of_its_own_sends() -> None:
    async def say(ws: ServerConnection) -> None:
        await ws.send('{"type":"pong","timestamp":"now"}')
        await ws.send('{"type":"pong","timestamp":"now","surprise":1}')

    async with serve(say, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}") as ws:
            await ws.recv()
            with pytest.raises(AssertionError, match="surprise"):
                await ws.recv()


def test_closing_a_schema_leaves_maps_open() -> None:
    open_map = {"type": "object", "additionalProperties": {"type": "number"}}
    assert closed(open_map) == open_map
