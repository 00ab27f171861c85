"""Requests out of what clients send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from tradestream_nb.server.wire.refusal import Refusal
from tradestream_nb.server.wire.requests import Request


class Opening(msgspec.Struct, frozen=True):
    """What has to be known of a message before the rest is looked at."""

    type: str
    id: Any = None


class Reader:
    """Reads requests from text or from MessagePack; what else it is sent it refuses."""

    def __init__(self, kinds: tuple[type[Request], ...], codec: str = "json") -> None:
        self._binary = codec == "msgpack"
        make = msgspec.msgpack.Decoder if self._binary else msgspec.json.Decoder
        self._opening = make(Opening)
        self._decoders: Mapping[str, Any] = {kind.kind(): make(kind) for kind in kinds}

    def read(self, data: str | bytes) -> Request:
        """The request in what a client sent; raises Refusal with the request's id where it can be read."""
        opening: Opening = self._decode(self._opening, data)
        identity = opening.id if type(opening.id) in (int, str) else UNSET
        if opening.type not in self._decoders:
            raise Refusal("unknown_type", f"unknown message type {opening.type!r}", id=identity)
        request: Request = self._decode(self._decoders[opening.type], data, identity)
        return request

    def _decode(self, decoder: Any, data: str | bytes, id: int | str | UnsetType = UNSET) -> Any:
        if isinstance(data, bytes) != self._binary:
            raise Refusal("bad_request", self._expectation())
        try:
            return decoder.decode(data)
        except msgspec.ValidationError as error:
            raise Refusal("bad_request", f"this message does not fit: {error}", id=id) from None
        except (msgspec.DecodeError, ValueError, OverflowError, RecursionError):
            raise Refusal("bad_json", f"this is not {'MessagePack' if self._binary else 'JSON'}") from None

    def _expectation(self) -> str:
        if self._binary:
            return "text is not understood here; send MessagePack"
        return "binary messages are not understood; send JSON text"
