"""Messages as WebSocket frames: each is framed, and deflated, once however many clients it goes to."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Sequence
from struct import Struct

FIN, DEFLATED = 0x80, 0x40
TEXT, BINARY = 0x01, 0x02
SMALL = 256
"""Bytes below which a message is not worth deflating."""

_medium, _long = Struct("!BBH"), Struct("!BBQ")


class Framing(dict[bytes, bytes]):
    """The frame of a message by the message itself; forgotten at the end of this turn of the loop.

    The very same object asked for again costs a look-up. Frames of a server are not masked, so all clients get the
    same bytes.
    """

    def __init__(self, *, text: bool) -> None:
        super().__init__()
        self._first = FIN | (TEXT if text else BINARY)

    def __missing__(self, message: bytes) -> bytes:
        if not self:
            asyncio.get_running_loop().call_soon(self.clear)
        frame = self[message] = self.build(message)
        return frame

    def build(self, message: bytes) -> bytes:
        """A frame with its header."""
        return _header(self._first, len(message)) + message

    def piece(self, messages: Sequence[bytes]) -> bytes:
        """The frames of messages in one piece, for whoever keeps that for all who get it."""
        return self.build(messages[0]) if len(messages) == 1 else b"".join(map(self.build, messages))


class DeflatedFraming(Framing):
    """For clients that negotiated `server_no_context_takeover`: no frame depends on the one before it."""

    def __init__(self, *, text: bool, window_bits: int) -> None:
        super().__init__(text=text)
        self._window_bits = window_bits

    def piece(self, messages: Sequence[bytes]) -> bytes:
        """The same; what stands in many pieces is deflated once."""
        return b"".join([self[message] for message in messages])

    def build(self, message: bytes) -> bytes:
        """A deflated frame, or a plain one when the message is small."""
        if len(message) < SMALL:
            return super().build(message)
        deflate = zlib.compressobj(wbits=-self._window_bits)
        # RFC 7692: a message ends with an empty block, of which these four bytes are left out.
        data = (deflate.compress(message) + deflate.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\x00\x00\xff\xff")
        return _header(self._first | DEFLATED, len(data)) + data


def _header(first: int, length: int) -> bytes:
    if length < 126:
        return bytes((first, length))
    return _medium.pack(first, 126, length) if length < 1 << 16 else _long.pack(first, 127, length)
