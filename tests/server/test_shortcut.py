"""Bytes past the transport: all of them arrive in order, and no descriptor stays behind."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import pytest
import uvloop

from tests.patience import PATIENCE
from tests.server.raw import small_socket
from tests.server.served import Served, make_small, serving, until
from tests.server.talk import TS, price, signal
from tradestream_nb.server.shortcut import shortcut
from tradestream_nb.server.socket import Socket

LOOPS = pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
LONG = "L" * 3_000_000
"""A name that no system takes at once."""


@LOOPS
def test_what_the_system_does_not_take_at_once_follows(run: Any) -> None:
    run(send_much())


async def send_much() -> None:
    async with (
        serving(hard_buffer=100_000_000) as served,
        served.connect(sock=small_socket(served.port), max_size=None, max_queue=1) as ws,
    ):
        [client] = await served.clients(1)
        make_small(client)
        served.hub.publish("signals", signal("FIRST"), TS)
        await until(lambda: client.group is not None)
        assert takes_the_shortcut(client.wire)
        served.hub.publish("signals", signal(LONG), TS)
        await until(lambda: client.wire.buffered() > 0)
        served.hub.publish("signals", signal("LAST"), TS)
        async with asyncio.timeout(PATIENCE):
            heard = [json.loads(await ws.recv())["symbol"] for _ in range(3)]
        assert heard == ["FIRST", LONG, "LAST"]


@LOOPS
def test_no_descriptor_stays_behind(run: Any) -> None:
    run(come_and_go())


async def come_and_go() -> None:
    async with serving() as served:
        await visit(served)
        before = len(os.listdir("/dev/fd"))
        for _ in range(5):
            await visit(served)
        await until(lambda: len(os.listdir("/dev/fd")) <= before)


async def visit(served: Served) -> None:
    """Let two clients come, be written to, and go: one says goodbye, one is hung up on."""
    async with served.connect() as one, served.connect() as other:
        clients = await served.clients(2)
        served.hub.publish("price_updates", price(), TS)
        for ws in (one, other):
            await ws.recv()
        assert all(takes_the_shortcut(client.wire) for client in clients)
        other.transport.abort()
    await served.clients(0)


@LOOPS
def test_beside_other_threads_there_is_none(run: Any) -> None:
    run(ask_beside())


async def ask_beside() -> None:
    async with serving() as served, served.connect():
        [client] = await served.clients(1)
        assert isinstance(client.wire, Socket)
        assert await asyncio.to_thread(shortcut, client.wire.transport) is None


def test_with_tls_there_is_none() -> None:
    class Secured(asyncio.Transport):
        def get_extra_info(self, name: str, default: Any = None) -> Any:
            return name

    assert shortcut(Secured()) is None


def takes_the_shortcut(wire: object) -> bool:
    return isinstance(wire, Socket) and wire._short is not None
