"""Whatever a client of a mounted WebSocket says, the application goes on, and nothing of ours complains."""

from __future__ import annotations

import json
import logging
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.asgi.hosted import hosting
from tests.managed import HANDLERS, Scripted
from tests.server.hostile import Complaints
from tests.server.test_hostile import MODES, REQUESTS
from tradestream_nb.asgi import Streams
from tradestream_nb.manager import StreamManager
from tradestream_nb.server.limits import Limits

SAID = st.text(max_size=40) | st.binary(max_size=40) | REQUESTS.map(json.dumps)


@pytest.mark.parametrize("subprotocol", MODES)
@settings(max_examples=6)
@given(st.lists(SAID | REQUESTS, min_size=1, max_size=12))
async def test_nothing_that_is_said_does_harm(subprotocol: str, said: list[Any]) -> None:
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    streams = Streams(StreamManager(Scripted(), HANDLERS), limits=Limits(request_rate=1e6, request_burst=1_000_000))
    app = Starlette(routes=[Mount("/", streams)], lifespan=streams.lifespan)
    async with hosting(app) as port:
        url, offered = f"ws://127.0.0.1:{port}/ws", [Subprotocol(subprotocol)] if subprotocol else None
        async with connect(url) as bystander:
            async with connect(url, subprotocols=offered) as ws:
                try:
                    for message in said:
                        await ws.send(as_frame(message))
                except ConnectionClosed:
                    pass
            await bystander.send('{"type":"ping"}')
            while json.loads(await bystander.recv())["type"] != "pong":
                pass
    logging.getLogger().removeHandler(complaints)
    assert not complaints.found, complaints.found


def as_frame(message: Any) -> str | bytes:
    """Text and bytes as they are, anything else packed."""
    if isinstance(message, str | bytes):
        return message
    try:
        return msgspec.msgpack.encode(message)
    except OverflowError:
        return b"\xc1"
