"""What is served of a file is the file."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
from websockets.asyncio.client import ClientConnection, connect

from tests.e2e.processes import Serving, serve
from tests.server.raw import small_socket
from tradestream_nb.clock import iso, micros
from tradestream_nb.sources.replay import SAMPLE

WIDE = [f"SYMBOL{n}" for n in range(16)]


class Row(NamedTuple):
    """One symbol's day."""

    timestamp: str
    open: float
    high: float
    low: float
    close: float
    volume: float


async def test_every_row_of_the_sample_arrives_once_and_in_order() -> None:
    async with serve("--source", "replay:sample?speed=max") as serving:
        assert (await serving.status())["state"] == "starting"
        async with connect(serving.ws_url, max_queue=None) as ws:
            received = await receive(serving, ws)
        status = await serving.status()
    assert (status["state"], status["dead_letters"]) == ("ended", 0)
    expected = changes_in_sample()
    assert received.keys() == expected.keys()
    for symbol, rows in expected.items():
        assert received[symbol] == rows
    assert status["streams"]["price_updates"]["seq"] == sum(map(len, expected.values()))


async def test_a_client_that_reads_late_misses_nothing(tmp_path: Path) -> None:
    # More bytes than the systems at both ends take for one that does not read.
    minutes, file = range(5_000), tmp_path / "long.csv"
    rows = [f"{symbol},{1_767_621_600 + 60 * minute},{minute + 1}" for minute in minutes for symbol in WIDE]
    file.write_text("\n".join(["symbol,timestamp,price", *rows]))
    async with serve("--source", f"replay:{file}?speed=max") as serving:
        async with connect(serving.ws_url, sock=small_socket(serving.port, size=65_536), max_queue=1) as ws:
            held = await seq_at_rest(serving)
            assert (await serving.status())["state"] == "ok"
            prices = await receive(serving, ws)
    assert 0 < held < len(minutes) * len(WIDE)
    assert {symbol: [row.close for row in rows] for symbol, rows in prices.items()} == {
        symbol: [m + 1 for m in minutes] for symbol in WIDE
    }


async def seq_at_rest(serving: Serving) -> int:
    """How many prices there have been, once there come no more."""
    before = 0
    while before != (seq := int((await serving.status())["streams"]["price_updates"]["seq"])) or not seq:
        before = seq
        await asyncio.sleep(0.5)
    return seq


async def receive(serving: Serving, ws: ClientConnection) -> dict[str, list[Row]]:
    """The rows of every symbol up to the end of the stream."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    ended = False
    async with asyncio.timeout(90):
        while True:
            try:
                message = json.loads(await asyncio.wait_for(ws.recv(), 0.5))
            except TimeoutError:
                if ended:
                    return dict(rows)
                # The last of it may have been sent just now.
                ended = (await serving.status())["state"] == "ended"
                continue
            if message["type"] == "price_update":
                for symbol, fields in message["symbols"].items():
                    rows[symbol].append(row_of(message["timestamp"], fields))


def row_of(timestamp: str, fields: dict[str, Any]) -> Row:
    return Row(timestamp, fields["open"], fields["high"], fields["low"], fields["price"], fields["volume"])


def changes_in_sample() -> dict[str, list[Row]]:
    """The file's rows by symbol, but for those whose close is that of the row before: no change, no message."""
    changes: defaultdict[str, list[Row]] = defaultdict(list)
    latest: dict[str, float] = {}
    for symbol, row in rows_of_sample():
        if row.close != latest.get(symbol):
            changes[symbol].append(row)
        latest[symbol] = row.close
    return dict(changes)


def rows_of_sample() -> Iterator[tuple[str, Row]]:
    for row in pq.read_table(SAMPLE).to_pylist():
        midnight = micros(datetime.combine(row["date"], time(), UTC))
        prices = (row["open"], row["high"], row["low"], row["close"])
        yield row["symbol"], Row(iso(midnight), *prices, float(row["volume"]))
