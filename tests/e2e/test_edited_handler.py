"""A handler's file that is edited while the real command serves it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.e2e import processes
from tradestream_nb.server.wire.v1 import SUBPROTOCOL

COUNTER = """from tradestream_nb import Quote, handler

@handler(on=Quote, topic="counts")
def counter(quote, state):
    n = (state or 0) + 1
    return n, [{"symbol": "all", "version": "old", "n": n}]
"""


async def test_clients_see_the_new_code_go_on_from_the_old_ones_state(tmp_path: Path) -> None:
    file = tmp_path / "counter.py"
    file.write_text(COUNTER)
    options = ("--source", "sim?seed=7&rate=100", "--handlers", str(tmp_path))
    async with processes.serve(*options) as serving, connect(
        serving.ws_url, subprotocols=[Subprotocol(SUBPROTOCOL)]
    ) as ws:  # fmt: skip
        await ws.send(json.dumps({"type": "subscribe", "channel": "counts", "symbols": "*"}))
        old = await counts_of(ws, "old")
        file.write_text("def broken(:\n")
        await asyncio.sleep(0.5)
        new: list[int] = []
        async with asyncio.timeout(processes.PATIENCE):
            while not new:
                file.write_text(COUNTER.replace('"old"', '"new"'))
                between, new = await until_new(ws)
                old += between
        assert old + new == list(range(old[0], new[-1] + 1)), "each event was counted once, by one of the two"
        ended = await serving.stop()
    lines = [line for line in ended.err.splitlines() if "swapped" in line]
    assert any(f"not swapped, the running code goes on: {file}:1: invalid syntax" in line for line in lines)
    assert any("counter swapped " in line for line in lines)
    assert "Traceback" not in ended.err


async def counts_of(ws: ClientConnection, version: str) -> list[int]:
    """The first count of a version."""
    while True:
        message = json.loads(await ws.recv())
        if message.get("version") == version:
            return [message["n"]]


async def until_new(ws: ClientConnection, *, most: int = 20) -> tuple[list[int], list[int]]:
    """The next counts of the old version, and the first of the new one if it comes among so many messages."""
    old: list[int] = []
    for _ in range(most):
        message = json.loads(await ws.recv())
        if message.get("version") == "new":
            return old, [message["n"]]
        if message.get("version") == "old":
            old.append(message["n"])
    return old, []
