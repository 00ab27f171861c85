"""The real command as a process: what it prints, how it ends."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from contextlib import closing

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.e2e import processes
from tests.server.raw import stalled
from tests.server.served import heard
from tests.server.talk import SUBPROTOCOL
from tradestream_nb.server.limits import Limits


async def test_a_port_in_use_is_told_in_one_line_without_traceback() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        ended = await processes.run("serve", env={"TRADESTREAM_PORT": port})
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err == (
        f"Error: port {port} is in use on 127.0.0.1; stop what holds it or choose another port\n"
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_soon_and_clients_are_told(number: int) -> None:
    settings = {"TRADESTREAM_SOURCE": "sim?rate=50", "TRADESTREAM_PRICE_INTERVAL": "0"}
    async with processes.serve("--log-format", "json", env=settings) as serving:
        legacy = await connect(serving.ws_url)
        v1 = await connect(serving.ws_url, subprotocols=[Subprotocol(SUBPROTOCOL)])
        with closing(await stalled(serving.port)):
            await legacy.recv()
            readers = [asyncio.create_task(heard(ws)) for ws in (legacy, v1)]
            async with asyncio.timeout(Limits().grace):
                ended = await serving.stop(number)
        messages = [await reader for reader in readers]
    assert (legacy.close_code, v1.close_code) == (1012, 1012)
    assert messages[1][-1] == {"type": "shutdown", "reconnect_after_ms": 1000}
    assert {message["type"] for message in messages[0]} <= {"price_update", "signal", "portfolio_update"}
    assert ended.code == 0
    assert "Traceback" not in ended.err
    assert all(isinstance(json.loads(line), dict) for line in ended.err.splitlines())


async def test_the_source_of_the_environment_is_the_one_that_runs() -> None:
    settings = {"TRADESTREAM_SOURCE": "sim?symbols=AAPL,MSFT&start=2026-01-05T14:30:00Z"}
    async with processes.serve("--price-interval", "0", env=settings) as serving, connect(serving.ws_url) as ws:
        message = json.loads(await ws.recv())
        assert message["timestamp"].startswith("2026-01-05T14:30:")
        assert message["symbols"].keys() <= {"AAPL", "MSFT"}
