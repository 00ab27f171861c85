"""The real command with a broker behind it, over TCP, in one process with the simulated TWS or beside it."""

from __future__ import annotations

import asyncio
import json
import time

from websockets.asyncio.client import connect

from tests.e2e import processes
from tests.patience import PATIENCE


async def test_the_whole_way_to_a_broker_runs_on_a_laptop() -> None:
    async with processes.serve("--source", "ibkr-sim?symbols=AAPL&rate=20", "--auto-trade") as serving:
        async with asyncio.timeout(PATIENCE), connect(serving.ws_url) as ws:
            message = json.loads(await ws.recv())
            while message["type"] != "price_update":
                message = json.loads(await ws.recv())
        assert message["symbols"].keys() == {"AAPL"}
        broker = (await serving.status())["broker"]
        assert (broker["connected"], broker["budgets"]["lines"]) == (True, {"used": 1, "limit": 100})
        ended = await serving.stop()
    assert ended.code == 0
    assert "Traceback" not in ended.err


async def test_trading_a_read_only_broker_is_refused_before_anything_listens() -> None:
    ended = await processes.run("serve", "--source", "ibkr://127.0.0.1:1?symbols=AAPL", "--auto-trade")
    assert ended.code == 2
    assert ended.err == "Error: ibkr: the source is read-only; add readonly=no to let --auto-trade send orders\n"


async def test_a_tws_that_is_not_there_is_told_in_the_status_and_tried_again() -> None:
    async with processes.serve("--source", "ibkr://127.0.0.1:1?symbols=AAPL") as serving:
        began = time.monotonic()
        status = await serving.status()
        while status["state"] != "failing" and time.monotonic() - began < PATIENCE:
            status = await serving.status()
        assert status["text"].startswith("nothing listens at 127.0.0.1:1; start TWS or IB Gateway")
        assert not status["broker"]["connected"]
        ended = await serving.stop()
    assert (ended.code, "Traceback" in ended.err) == (0, False)
