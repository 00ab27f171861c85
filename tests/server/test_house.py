"""How many connections may stand in a house without wanting anything, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import pytest

from tests.server.raw import get
from tests.server.served import Served, serving, until
from tradestream_nb.server.door import headcount

SHARE = 3


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everyone who connects seems to do so from one other machine."""
    monkeypatch.setattr(headcount, "is_loopback", lambda host: False)


def patient() -> AbstractAsyncContextManager[Served]:
    """A server that hangs up on nobody for saying nothing."""
    return serving(handshake_deadline=60.0, connections_per_address=SHARE)


@asynccontextmanager
async def idlers(port: int, count: int) -> AsyncIterator[list[asyncio.Task[bytes]]]:
    """Connections that ask for nothing; gives what each hears until it is hung up on."""
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    try:
        yield [asyncio.create_task(reader.read()) for reader, _ in opened]
    finally:
        for _, writer in opened:
            writer.transport.abort()


def ended(ends: list[asyncio.Task[bytes]]) -> list[bool]:
    """Who has been hung up on."""
    return [end.done() for end in ends]


async def room(served: Served) -> None:
    """Wait until there is room to be answered again."""
    async with asyncio.timeout(5):
        while True:
            try:
                assert (await get(served.port, "/healthz"))[0] == 200
                return
            except (OSError, IndexError):
                await asyncio.sleep(0.01)


@pytest.mark.usefixtures("far_away")
async def test_one_address_cannot_stand_about_in_any_number() -> None:
    async with patient() as served:
        async with idlers(served.port, SHARE + 2) as ends:
            await until(lambda: ended(ends) == [False] * SHARE + [True] * 2)
        await room(served)


@pytest.mark.usefixtures("far_away")
async def test_who_has_become_a_client_stands_about_no_longer() -> None:
    async with patient() as served, AsyncExitStack() as stack:
        for _ in range(SHARE):
            await stack.enter_async_context(served.connect())
        async with idlers(served.port, SHARE + 1) as ends:
            await until(lambda: ended(ends) == [False] * SHARE + [True])


@pytest.mark.usefixtures("far_away")
async def test_a_page_that_was_sent_leaves_its_place_to_the_next() -> None:
    async with patient() as served:
        for _ in range(2 * SHARE):
            await room(served)


async def test_this_machine_may_stand_about_for_a_proxy_brings_everyone() -> None:
    async with patient() as served, idlers(served.port, SHARE + 2) as ends:
        assert (await get(served.port, "/healthz"))[0] == 200
        assert not any(ended(ends))
