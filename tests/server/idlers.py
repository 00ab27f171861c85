"""Connections that are opened and then say nothing, or too little."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def idlers(port: int, count: int, say: bytes = b"") -> AsyncIterator[list[asyncio.Task[bytes]]]:
    """So many connections, each of which says this and no more; gives what each hears until it is hung up on."""
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    try:
        for _, writer in opened:
            writer.write(say)
        yield [asyncio.create_task(_heard(reader)) for reader, _ in opened]
    finally:
        for _, writer in opened:
            writer.transport.abort()


def ended(ends: list[asyncio.Task[bytes]]) -> list[bool]:
    """Who has been hung up on."""
    return [end.done() for end in ends]


async def _heard(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionError:
        return b""
