"""A handler's file that is edited while the real command serves it."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from itertools import groupby
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.e2e.processes import Serving, serve
from tests.patience import PATIENCE
from tests.server.served import until
from tests.server.talk import SUBPROTOCOL

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
    async with serve(*options) as serving, connect(serving.ws_url, subprotocols=[Subprotocol(SUBPROTOCOL)]) as ws:
        await ws.send(json.dumps({"type": "subscribe", "channel": "counts", "symbols": "*"}))
        counts: list[tuple[str, int]] = []
        reading = asyncio.create_task(read(ws, counts))
        await until(lambda: len(counts) > 0)
        told = await saved(file, "def broken(:\n", serving, "not swapped")
        assert f"not swapped, the running code goes on: {file}:1: invalid syntax" in told
        await saved(file, COUNTER.replace('"old"', '"new"'), serving, "counter swapped ")
        await until(lambda: counts[-1][0] == "new")
        renamed = COUNTER.replace('"old"', '"by another name"').replace("def counter(", "def tally(")
        await saved(file, renamed, serving, "tally swapped in for counter ")
        await until(lambda: counts[-1][0] == "by another name")
        reading.cancel()
        ended = await serving.stop()
    versions, numbers = zip(*counts, strict=True)
    assert [version for version, _ in groupby(versions)] == ["old", "new", "by another name"]
    assert list(numbers) == list(range(numbers[0], numbers[-1] + 1)), "each event was counted once, by one of the three"
    assert "Traceback" not in ended.err


async def read(ws: ClientConnection, counts: list[tuple[str, int]]) -> None:
    """Keep what was counted, and by which version."""
    async for frame in ws:
        message = json.loads(frame)
        if "version" in message:
            counts.append((message["version"], message["n"]))


async def saved(file: Path, text: str, serving: Serving, word: str) -> str:
    """Save a file until the server says a word of it, and give that line: nobody can tell when the watching begins."""
    assert serving.process.stderr is not None
    async with asyncio.timeout(PATIENCE):
        while True:
            file.write_text(text)  # noqa: ASYNC240
            with suppress(TimeoutError):
                async with asyncio.timeout(3):
                    while word not in (line := (await serving.process.stderr.readline()).decode()):
                        assert "Traceback" not in line
                    return line
