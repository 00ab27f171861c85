"""Messages on the socket: a length of four bytes, then the text."""

from __future__ import annotations

import re
import struct

import msgspec

GREETING = b"API\0"
LONGEST = 1 << 20
"""No request is near this many bytes; a longer frame is something else than a client of this protocol."""

_HEAD = struct.Struct(">I")
_VERSIONS = re.compile(rb"v(\d{1,6})(?:\.\.(\d{1,6}))?(?: .*)?")


class NotSpoken(ValueError):
    """Raised when what came in is not this protocol."""


class Hello(msgspec.Struct, frozen=True):
    """The server versions that a client speaks."""

    least: int
    most: int


def frame(body: bytes) -> bytes:
    """The message as it goes over the wire."""
    return _HEAD.pack(len(body)) + body


class FrameReader:
    """Turns received bytes, however they were cut, into the greeting and then messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """Take in what the socket received."""
        self._buffer += data

    def hello(self) -> Hello | None:
        """The client's greeting once it is complete; raises NotSpoken when it cannot become one."""
        start = bytes(self._buffer[: len(GREETING)])
        if not GREETING.startswith(start):
            raise NotSpoken(f"a client greets with {GREETING!r}, not {start!r}")
        body = self._cut(len(GREETING))
        if body is None:
            return None
        versions = _VERSIONS.fullmatch(body)
        if not versions:
            raise NotSpoken(f"{body[:40]!r} names no versions")
        return Hello(int(versions[1]), int(versions[2] or versions[1]))

    def message(self) -> bytes | None:
        """The next message once it is complete; raises NotSpoken for one that is too long."""
        return self._cut(0)

    def _cut(self, start: int) -> bytes | None:
        head = start + _HEAD.size
        if len(self._buffer) < head:
            return None
        (length,) = _HEAD.unpack_from(self._buffer, start)
        if length > LONGEST:
            raise NotSpoken(f"a message of {length} bytes is none of this protocol")
        if len(self._buffer) < head + length:
            return None
        body = bytes(self._buffer[head : head + length])
        del self._buffer[: head + length]
        return body
