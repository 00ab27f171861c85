"""Connections to a server with a certificate, before both ends have agreed on a key; on each event loop."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import ssl
from asyncio.trsock import TransportSocket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NoReturn

import pytest
import trustme
import uvloop
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake

from tests.patience import PATIENCE
from tests.server.idlers import ended, idlers
from tests.server.served import Served, ask, until
from tradestream_nb.server import connection, house
from tradestream_nb.server.door import headcount

Run = Callable[[Coroutine[Any, Any, None]], None]

SHARE = 3
HELLO = bytes.fromhex("16030100c8010000c40303")
"""How a TLS handshake begins."""
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    chosen: Run = request.param
    return chosen


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """What the server speaks with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """What a client speaks with."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everyone who connects seems to do so from one other machine."""
    monkeypatch.setattr(headcount, "is_loopback", lambda host: False)


@asynccontextmanager
async def secured(tls: ssl.SSLContext, **limits: Any) -> AsyncIterator[Served]:
    served = Served(**{"handshake_deadline": 60.0, "close_deadline": 0.1, **limits})
    served.port = await served.server.start("127.0.0.1", 0, tls=tls)
    try:
        yield served
    finally:
        async with asyncio.timeout(PATIENCE):
            await served.server.stop()


async def is_served(served: Served, trusting: ssl.SSLContext) -> bool:
    """Whether a client is let in and answered."""
    try:
        async with connect(f"wss://127.0.0.1:{served.port}/ws", ssl=trusting) as ws:
            return bool((await ask(ws, type="ping"))["type"] == "pong")
    except (OSError, EOFError, InvalidHandshake):
        return False


@pytest.mark.usefixtures("far_away")
@pytest.mark.parametrize("say", [b"", HELLO], ids=["silent", "half a hello"])
def test_one_address_cannot_begin_any_number_of_handshakes(
    run: Run, tls: ssl.SSLContext, trusting: ssl.SSLContext, say: bytes
) -> None:
    async def rush() -> None:
        async with secured(tls, connections_per_address=SHARE) as served:
            async with idlers(served.port, SHARE + 2, say) as ends:
                await until(lambda: ended(ends) == [False] * SHARE + [True] * 2)
                assert not await is_served(served, trusting)
            async with asyncio.timeout(PATIENCE):
                while not await is_served(served, trusting):
                    pass

    run(rush())


def test_all_together_cannot_begin_any_number_of_handshakes(
    run: Run, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "ANTEROOM", 2)

    async def rush() -> None:
        async with secured(tls, connections=1) as served, idlers(served.port, 6) as ends:
            await until(lambda: ended(ends) == [False] * 3 + [True] * 3)

    run(rush())


@pytest.mark.usefixtures("far_away")
def test_a_connection_is_counted_once_before_and_after_its_handshake(
    run: Run, tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    async def come_alone() -> None:
        async with secured(tls, connections_per_address=1) as served:
            assert await is_served(served, trusting)

    run(come_alone())


@pytest.mark.parametrize("say", [b"", HELLO], ids=["silent", "half a hello"])
def test_a_handshake_that_takes_too_long_is_given_up(run: Run, tls: ssl.SSLContext, say: bytes) -> None:
    async def dawdle() -> None:
        async with secured(tls, handshake_deadline=0.2) as served, idlers(served.port, 2, say) as ends:
            await until(lambda: all(ended(ends)))
            assert [end.result() for end in ends] == [b"", b""]

    run(dawdle())


def test_who_speaks_no_tls_is_hung_up_on_and_no_log_complains(
    run: Run, tls: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    async def mumble() -> None:
        async with secured(tls) as served, idlers(served.port, 2, REQUEST) as ends:
            await until(lambda: all(ended(ends)))

    run(mumble())
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_what_comes_in_one_piece_with_the_end_of_the_handshake_is_heard(
    run: Run, tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    async def hurry() -> None:
        async with secured(tls) as served:
            assert (await at_once(served.port, trusting, REQUEST)).startswith(b"HTTP/1.1 200 OK\r\n")

    run(hurry())


def test_where_the_loop_speaks_tls_clients_are_served_and_who_dawdles_is_given_up(
    run: Run, tls: ssl.SSLContext, trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "TLS_BY_LOOP", True)

    async def come() -> None:
        async with secured(tls) as served:
            assert await is_served(served, trusting)
        async with secured(tls, handshake_deadline=0.2) as served, idlers(served.port, 1) as (end,):
            await until(end.done)

    run(come())


async def at_once(port: int, trusting: ssl.SSLContext, request: bytes) -> bytes:
    """The first of the answer to a request that is written together with the last of the handshake."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard, said = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(heard, said, server_hostname="localhost")

    async def until_done(step: Callable[[], Any]) -> Any:
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                writer.write(said.read())
                heard.write(await reader.read(1 << 16))

    await until_done(client.do_handshake)
    client.write(request)
    async with asyncio.timeout(PATIENCE):
        answer: bytes = await until_done(client.read)
    writer.transport.abort()
    return answer


def test_a_server_that_stops_waits_for_no_handshake(run: Run, tls: ssl.SSLContext) -> None:
    async def stop() -> None:
        async with secured(tls) as served, idlers(served.port, 2) as (one, two):
            async with asyncio.timeout(PATIENCE):
                await served.server.stop()
            assert [await one, await two] == [b"", b""]

    run(stop())


async def test_too_few_files_hang_up_on_who_comes_and_on_nobody_else(
    tls: ssl.SSLContext, trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dup(self: TransportSocket) -> NoReturn:
        raise OSError(errno.EMFILE, "too many open files")

    async with secured(tls) as served, connect(f"wss://127.0.0.1:{served.port}/ws", ssl=trusting) as ws:
        with monkeypatch.context() as patch:
            patch.setattr(TransportSocket, "dup", dup)
            async with idlers(served.port, 1) as (end,):
                await until(end.done)
        await ws.send(json.dumps({"type": "ping"}))
        assert json.loads(await ws.recv())["type"] == "pong"
        assert await is_served(served, trusting)
