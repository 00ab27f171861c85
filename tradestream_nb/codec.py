"""Values as bytes, in JSON or MessagePack, such that objects can be put together from parts encoded before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

BEYOND = (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError)
"""What the encoders raise for what they cannot write."""


class Codec(Protocol):
    """One way to write values; never raises."""

    def encode(self, value: Any) -> bytes:
        """A value's bytes."""

    def merge(self, one: bytes, other: bytes) -> bytes:
        """One object with the fields of two."""

    def around(self, head: bytes, name: str, tail: bytes) -> tuple[bytes, bytes]:
        """What stands before and behind the pairs of an object `name` between the fields of `head` and of `tail`."""

    def pair(self, key: str, value: Any) -> bytes:
        """A key and its value, for `join`."""

    def join(self, before: bytes, pairs: Sequence[bytes], behind: bytes) -> bytes:
        """The object with the pairs in their place."""


def plain(value: Any) -> Any:
    """What JSON has no word for: numbers and arrays of NumPy as Python's, anything else as text."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


class Json:
    """Text; a float that is no number is null."""

    def __init__(self) -> None:
        self._encode = msgspec.json.Encoder(enc_hook=plain).encode

    def encode(self, value: Any) -> bytes:
        """A value's bytes; one that cannot be written is told as text."""
        try:
            return self._encode(value)
        except BEYOND:
            return self._encode(_told(value))

    def merge(self, one: bytes, other: bytes) -> bytes:
        """One object with the fields of two."""
        if one == b"{}" or other == b"{}":
            return other if one == b"{}" else one
        return one[:-1] + b"," + other[1:]

    def around(self, head: bytes, name: str, tail: bytes) -> tuple[bytes, bytes]:
        """`{…,"symbols":{` and `},…}`."""
        return b'%b,"%b":{' % (head[:-1], name.encode()), b"}," + tail[1:]

    def pair(self, key: str, value: Any) -> bytes:
        """`"AAPL":{…}`."""
        try:
            return self._encode(key) + b":" + self._encode(value)
        except BEYOND:
            return self.encode(key) + b":" + self.encode(value)

    def join(self, before: bytes, pairs: Sequence[bytes], behind: bytes) -> bytes:
        """The object with the pairs in their place."""
        return before + b",".join(pairs) + behind


class MessagePack:
    """Binary; says what JSON says, so that both have one schema."""

    def encode(self, value: Any) -> bytes:
        """A value's bytes; one that cannot be written is told as text."""
        try:
            return self._encode(msgspec.json.decode(JSON.encode(value)))
        except BEYOND:
            return self._encode(_told(value))

    def merge(self, one: bytes, other: bytes) -> bytes:
        """One object with the fields of two."""
        (count, fields), (more, others) = _opened(one), _opened(other)
        return _map(count + more) + fields + others

    def around(self, head: bytes, name: str, tail: bytes) -> tuple[bytes, bytes]:
        """What stands before the number of pairs, and behind the last of them."""
        (count, fields), (more, others) = _opened(head), _opened(tail)
        return _map(count + 1 + more) + fields + msgspec.msgpack.encode(name), others

    def pair(self, key: str, value: Any) -> bytes:
        """A key and its value, for `join`."""
        return self.encode(key) + self.encode(value)

    def join(self, before: bytes, pairs: Sequence[bytes], behind: bytes) -> bytes:
        """The object with the pairs in their place."""
        return b"".join((before, _map(len(pairs)), *pairs, behind))

    def _encode(self, value: Any) -> bytes:
        try:
            return msgspec.msgpack.encode(value)
        except OverflowError:
            return msgspec.msgpack.encode(_fitting(value))


JSON, MSGPACK = Json(), MessagePack()


def _told(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return {"text": f"a {type(value).__name__} that cannot be written"}


def _fitting(value: Any) -> Any:
    """The same with floats for the integers that have more than 64 bits."""
    if isinstance(value, dict):
        return {key: _fitting(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_fitting(inner) for inner in value]
    return float(value) if isinstance(value, int) and not -(2**63) <= value < 2**64 else value


def _opened(data: bytes) -> tuple[int, bytes]:
    """How many fields a MessagePack map has, and their bytes."""
    if data[0] == 0xDF:
        return int.from_bytes(data[1:5]), data[5:]
    if data[0] == 0xDE:
        return int.from_bytes(data[1:3]), data[3:]
    return data[0] & 0x0F, data[1:]


def _map(count: int) -> bytes:
    """How a MessagePack map of so many fields begins."""
    if count < 16:
        return bytes([0x80 | count])
    return b"\xde" + count.to_bytes(2) if count < 2**16 else b"\xdf" + count.to_bytes(4)
