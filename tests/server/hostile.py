"""A server under attack: what is thrown at it, somebody who is to notice nothing, and every complaint that it makes."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection

from tests.patience import PATIENCE
from tests.server.raw import UPGRADE
from tests.server.served import Served, serving
from tests.server.talk import TS, signal

OPEN_HANDED = {
    "handshake_deadline": 0.5,
    "close_deadline": 0.2,
    "handshakes_per_second": 10_000,
    "request_rate": 1e6,
    "request_burst": 1_000_000,
    "bad_messages": 1_000_000,
}
"""Short deadlines, and no limit that would end an attack before it has begun."""
MASK = b"\x01\x02\x03\x04"


class Complaints(logging.Handler):
    """Collects what went wrong on the server, by its logs and by its loop."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or record.exc_info:
            self.found.append(f"{record.name}: {record.getMessage()}")

    def unhandled(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.found.append(f"loop: {context}")


class Siege:
    """A server, and a client of it beside whom the attacks happen."""

    def __init__(self, served: Served, bystander: ClientConnection) -> None:
        self.served, self._bystander = served, bystander
        self._published = 0

    async def throw(self, *parts: bytes, end: bool = True, shake: bytes = b"") -> bytes:
        """Open a connection, send the parts one by one, and give what the server says until it hangs up.

        Before them the handshake `shake`, if there is one, is sent and its answer waited for. With `end` nothing more
        is to come after the parts; otherwise the server has to lose its patience.
        """
        reader, writer = await asyncio.open_connection("127.0.0.1", self.served.port)
        writer.write(shake)
        if shake:
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        said = asyncio.create_task(_all(reader))
        with suppress(OSError):
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0)
            if end:
                writer.write_eof()
        try:
            async with asyncio.timeout(PATIENCE):
                return await said
        finally:
            writer.transport.abort()

    async def all_is_well(self) -> None:
        """The bystander is answered and told what happens, and nobody else is left."""
        self._published += 1
        self.served.hub.publish("signals", signal(f"S{self._published}"), TS)
        await self._bystander.send('{"type":"ping"}')
        async with asyncio.timeout(PATIENCE):
            heard = [json.loads(await self._bystander.recv()) for _ in range(2)]
        assert {message["type"] for message in heard} == {"signal", "pong"}
        assert {message.get("symbol") for message in heard} == {f"S{self._published}", None}
        await self.served.clients(1)


@asynccontextmanager
async def besieged(**options: Any) -> AsyncIterator[Siege]:
    """A siege that must end without a complaint."""
    complaints = Complaints()
    asyncio.get_running_loop().set_exception_handler(complaints.unhandled)
    logging.getLogger().addHandler(complaints)
    try:
        async with serving(**{**OPEN_HANDED, **options}) as served, served.connect() as bystander:
            siege = Siege(served, bystander)
            yield siege
            await siege.all_is_well()
    finally:
        logging.getLogger().removeHandler(complaints)
    assert not complaints.found, complaints.found


def handshake(*more: str, subprotocol: str = "") -> bytes:
    """The request for a WebSocket."""
    offered = (f"Sec-WebSocket-Protocol: {subprotocol}",) if subprotocol else ()
    lines = ("GET /ws HTTP/1.1", "Host: 127.0.0.1", *UPGRADE, *offered, *more, "")
    return "".join(f"{line}\r\n" for line in lines).encode()


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    """A frame as the wire has it, right or wrong."""
    first, size = (fin << 7) | (rsv << 4) | opcode, len(payload)
    mask = masked << 7
    if size < 126:
        head = bytes([first, mask | size])
    elif size < 1 << 16:
        head = bytes([first, mask | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([first, mask | 127]) + size.to_bytes(8, "big")
    return head + (MASK + _mask(payload) if masked else payload)


def drops(data: bytes) -> Sequence[bytes]:
    """The same one byte at a time."""
    return [data[place : place + 1] for place in range(len(data))]


def _mask(payload: bytes) -> bytes:
    return bytes(byte ^ MASK[place % 4] for place, byte in enumerate(payload))


async def _all(reader: asyncio.StreamReader) -> bytes:
    heard = b""
    with suppress(OSError):
        while part := await reader.read(1 << 16):
            heard += part
    return heard
