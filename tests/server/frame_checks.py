"""Holds every frame that a protocol gives out against the published document, which has to name each field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

import fastjsonschema
import msgspec
import pytest

from tradestream_nb.server.asyncapi import Document, document
from tradestream_nb.server.protocol import Protocol
from tradestream_nb.server.replies import Said


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


@pytest.fixture(scope="session", autouse=True)
def every_frame_is_as_published() -> Iterator[None]:
    """Check, for the rest of the run, every frame that any protocol gives out."""
    with pytest.MonkeyPatch.context() as patch:
        check_all(patch)
        yield


def check_all(patch: pytest.MonkeyPatch) -> None:
    """Check all that any protocol says from now on."""
    say, pending = Protocol.say, Protocol.pending

    def checked_say(self: Protocol, message: Said) -> bytes:
        frame = say(self, message)
        check(mode_of(self), self.dialect.codec.name, frame)
        return frame

    def checked_pending(self: Protocol, *now: float) -> Sequence[bytes]:
        frames = pending(self, *now)
        for frame in frames:
            check(mode_of(self), self.dialect.codec.name, frame)
        return frames

    patch.setattr(Protocol, "say", checked_say)
    patch.setattr(Protocol, "pending", checked_pending)


def mode_of(protocol: Protocol) -> str:
    """The name of a protocol's mode in the document."""
    return "v1" if protocol.dialect.numbered else "legacy"
