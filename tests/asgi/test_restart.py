"""What clients hear of the end of an application, and how they come back."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.asgi.hosted import hosting
from tests.managed import HANDLERS, Scripted
from tests.patience import PATIENCE
from tests.server.raw import stalled
from tests.server.served import V1
from tradestream_nb import client
from tradestream_nb.asgi import Streams
from tradestream_nb.client import Disconnected, Reconnected
from tradestream_nb.manager import StreamManager

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def uvicorn(*options: str) -> AsyncIterator[tuple[Process, int]]:
    """The command, as one would give it, and the port that it listens on."""
    command = (sys.executable, "-m", "uvicorn", "tests.asgi.application:app", "--port", "0", *options)
    process = await asyncio.create_subprocess_exec(*command, stderr=PIPE, stdout=PIPE, cwd=ROOT)
    assert process.stderr and process.stdout
    try:
        said = b""
        async with asyncio.timeout(PATIENCE):
            while not (found := re.search(rb"running on http://127.0.0.1:(\d+)", said)):
                said += await process.stderr.readline()
        yield process, int(found[1])
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def last_words(ws: ClientConnection) -> tuple[Any, int | None]:
    """The last message of a connection, and its close code."""
    message = None
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                message = json.loads(await ws.recv())
    except ConnectionClosed:
        return message, ws.close_code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_clients_hear_when_to_come_back_before_a_process_ends_that_is_told_to(number: signal.Signals) -> None:
    async with uvicorn() as (process, port):
        url = f"ws://127.0.0.1:{port}/streams/ws"
        with closing(await stalled(port, "/streams/ws")):
            async with connect(url, subprotocols=V1) as ws, connect(url) as legacy:
                await ws.recv()
                process.send_signal(number)
                message, code = await last_words(ws)
                assert (message["type"], message["reconnect_after_ms"], code) == ("shutdown", 1_000, 1012)
                assert (await last_words(legacy))[1] == 1012
            async with asyncio.timeout(PATIENCE):
                assert await process.wait() in (0, -number)


async def test_our_client_comes_back_also_where_uvicorn_closes_it_without_a_word() -> None:
    streams = Streams(StreamManager(Scripted(), HANDLERS))
    app = Starlette(routes=[Mount("/", streams)], lifespan=streams.lifespan)
    async with asyncio.timeout(PATIENCE):
        async with hosting(app) as port:
            opened = await client.connect(f"ws://127.0.0.1:{port}/ws").open()
        async with hosting(app, listen=port):
            lost, back = await anext(opened), await anext(opened)
            await opened.close()
    assert isinstance(lost, Disconnected) and lost.code == 1012
    assert isinstance(back, Reconnected)
