"""A cell, a notebook session and a server turn the same events into the same bytes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from itertools import groupby
from operator import attrgetter

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.patience import PATIENCE
from tests.server.talk import SUBPROTOCOL
from tradestream_nb.dry_run import run
from tradestream_nb.frames import LEGACY, V1, Dialect
from tradestream_nb.hub import Hub
from tradestream_nb.loading import load_handlers, standard_folder
from tradestream_nb.manager import ManagerStatus, StreamManager
from tradestream_nb.server.runner import Runner
from tradestream_nb.session import Session
from tradestream_nb.sources.replay import read_events

SOURCE = "replay:sample?speed=max"
HANDLERS = load_handlers(standard_folder())
TOPIC = "price_updates"


@pytest.mark.parametrize("dialect", [LEGACY, V1], ids=attrgetter("name"))
async def test_three_hosts_give_the_same_bytes(dialect: Dialect) -> None:
    expected = await in_a_cell(dialect)
    assert len(expected) > 3_000
    assert await in_a_session(dialect) == expected
    assert await on_a_server(dialect) == expected


class Reader:
    """Keeps a topic's frames: like a connection, one for each turn of the loop that brings something."""

    def __init__(self, hub: Hub, dialect: Dialect) -> None:
        self.frames: list[bytes] = []
        self._dialect = dialect
        self._mailbox = hub.open(self._wake).mailbox
        self._mailbox.subscribe(TOPIC)
        self._read()

    def _wake(self) -> None:
        asyncio.get_running_loop().call_soon(self._read)

    def _read(self) -> None:
        for batch in self._mailbox.take():
            self.frames += self._dialect.frames(batch)


async def in_a_cell(dialect: Dialect) -> list[bytes]:
    """What `run` gives, moment by moment."""
    hub = Hub()
    reader = Reader(hub, dialect)
    for _, moment in groupby(run(HANDLERS[TOPIC], read_events("sample")).messages, attrgetter("ts")):
        for message in moment:
            hub.publish(TOPIC, message, message.ts)
        await asyncio.sleep(0)
    return reader.frames


async def in_a_session(dialect: Dialect) -> list[bytes]:
    """What a reader on the session's thread gets."""
    session = Session(SOURCE, handlers=HANDLERS, price_interval=0)
    reader = Reader(session.manager.hub, dialect)
    async with session:
        await ended(session.status)
    return reader.frames


async def on_a_server(dialect: Dialect) -> list[bytes]:
    """What a client gets, to the end of its connection."""
    runner = Runner(StreamManager(SOURCE, HANDLERS.values(), price_interval=0, wait_for_reader=True))
    port = await runner.start("127.0.0.1", 0)
    offered = [Subprotocol(SUBPROTOCOL)] if dialect is V1 else None
    async with connect(f"ws://127.0.0.1:{port}/ws", subprotocols=offered, max_queue=None) as ws:
        if dialect is V1:
            await ws.send(json.dumps({"type": "subscribe", "channel": TOPIC, "symbols": "*"}))
        await ended(runner.manager.status)
        await runner.stop()
        return [frame for frame in await received(ws) if frame.startswith(b'{"type":"price_update"')]


async def ended(status: Callable[[], ManagerStatus]) -> None:
    async with asyncio.timeout(PATIENCE):
        while status().state != "ended":  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def received(ws: ClientConnection) -> list[bytes]:
    frames = []
    with suppress(ConnectionClosed):
        while True:
            frames.append(await ws.recv(decode=False))
    return frames
