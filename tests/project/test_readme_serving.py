"""What the README shows of clients and applications runs, against the real server and under the real uvicorn."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.asgi.hosted import hosting
from tests.project.test_readme import block_with, run_as_cell
from tests.server.served import until
from tradestream_nb import manager as managers
from tradestream_nb.client import connect
from tradestream_nb.manager import StreamManager
from tradestream_nb.messages import PriceUpdate
from tradestream_nb.server.runner import Runner

ADDRESS = "127.0.0.1:8765"


async def test_the_client_it_shows_reads_prices_in_a_cell(capsys: pytest.CaptureFixture[str]) -> None:
    runner = Runner(StreamManager("sim?seed=7&rate=10", price_interval=0))
    port = await runner.start("127.0.0.1", 0)
    code = block_with("connect(").replace(ADDRESS, f"127.0.0.1:{port}")
    cell = asyncio.create_task(run_as_cell(code))
    said = ""

    def says_prices() -> bool:
        nonlocal said
        said += capsys.readouterr().out
        return cell.done() or ("AAPL " in said and "MSFT " in said)

    await until(says_prices)
    assert not cell.done()
    cell.cancel()
    await asyncio.wait([cell])
    await runner.stop()


async def test_the_application_it_shows_carries_the_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(managers, "_manager", None)
    names: dict[str, Any] = {}
    exec(block_with("FastAPI("), names)
    async with hosting(names["app"]) as port:
        async with connect(f"ws://127.0.0.1:{port}/streams/ws") as client:
            await client.subscribe("price_updates")
            assert isinstance([await anext(client) for _ in range(2)][1], PriceUpdate)
    assert names["manager"].status().state == "stopped"
