"""Holds every frame that is made for a client, or heard by one, against the published document.

It has to name each field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any

import fastjsonschema
import msgspec
import pytest
from websockets.asyncio.connection import Connection

from tradestream_nb.codec import JSON
from tradestream_nb.frames import Dialect
from tradestream_nb.server.wire.asyncapi import Document, document
from tradestream_nb.server.wire.protocol import Protocol
from tradestream_nb.server.wire.replies import Said
from tradestream_nb.topics import Batch


@lru_cache(maxsize=4096)
def check(mode: str, codec: str, frame: bytes) -> None:
    """Raise when a frame is not what the document says."""
    message = (msgspec.msgpack.decode if codec == "msgpack" else msgspec.json.decode)(frame)
    try:
        validator(mode, message["type"])(message)
    except fastjsonschema.JsonSchemaValueException as error:
        raise AssertionError(f"{mode} {message}: {error}") from error


@cache
def validator(mode: str, kind: str) -> Callable[[Any], Any]:
    """What checks a frame of this type, by the schema that the document has for it."""
    messages: Document = document()["components"]["messages"]
    name = f"{mode}.{kind}" if f"{mode}.{kind}" in messages else f"{mode}.own"
    components = {"schemas": closed(document()["components"]["schemas"])}
    compiled: Callable[[Any], Any] = fastjsonschema.compile(
        {**closed(messages[name]["payload"]), "components": components}, use_default=False
    )
    return compiled


def closed(schema: Any) -> Any:
    """The same schema without room for fields that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: closed(part) for name, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        parts.setdefault("additionalProperties", False)
    return parts


@pytest.fixture(scope="module", autouse=True)
def every_frame_is_as_published() -> Iterator[None]:
    """Check every frame that is made for the wire in the tests of a module."""
    with pytest.MonkeyPatch.context() as patch:
        check_all(patch)
        yield


def check_all(patch: pytest.MonkeyPatch) -> None:
    """Check what any protocol says and what any batch becomes from now on."""
    say, frames = Protocol.say, Dialect.frames

    def checked_say(self: Protocol, message: Said) -> bytes:
        frame = say(self, message)
        check(mode_of(self.dialect), codec_of(self.dialect), frame)
        return frame

    def checked_frames(self: Dialect, batch: Batch) -> tuple[bytes, ...]:
        made = frames(self, batch)
        for frame in made:
            check(mode_of(self), codec_of(self), frame)
        return made

    patch.setattr(Protocol, "say", checked_say)
    patch.setattr(Dialect, "frames", checked_frames)


@pytest.fixture(autouse=True)
def every_frame_heard_is_as_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check every frame that a client of a server hears in a test, be it a process of its own."""
    recv = Connection.recv

    async def checked_recv(self: Connection, decode: bool | None = None) -> str | bytes:
        frame = await recv(self, decode)
        mode = "v1" if self.subprotocol else "legacy"
        codec = "msgpack" if (self.subprotocol or "").endswith("msgpack") else "json"
        check(mode, codec, frame.encode() if isinstance(frame, str) else frame)
        return frame

    monkeypatch.setattr(Connection, "recv", checked_recv)


def mode_of(dialect: Dialect) -> str:
    """The name in the document of the mode that a dialect belongs to."""
    return "v1" if dialect.numbered else "legacy"


def codec_of(dialect: Dialect) -> str:
    """The name of the codec that a dialect writes in."""
    return "json" if dialect.codec is JSON else "msgpack"
