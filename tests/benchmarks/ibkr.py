"""Ticks per second from the broker's socket to a WebSocket client, beside the broker's library alone.

Both read the same trades from the same relay over TCP, each in a process of its own, turn by turn. The library alone
does nothing with them; the runner cleans them, hosts the handlers, builds bars, runs the strategies and sends prices.
First as fast as the reader takes them, where the reader is what limits; then at the pace of a busy market, where every
tick comes almost alone and nothing can be done for many at once.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from statistics import median
from time import perf_counter
from typing import NamedTuple

import msgspec
import psutil
from websockets.asyncio.client import ClientConnection, connect

from tests.benchmarks.ticks.work import LAST, NAMES, SYMBOLS

TICKS, ROUNDS, PATIENCE = 1_000_000, 3, 60
PACE, PACED = 2_000, 10_000
"""Ticks per second of the paced feed, and how many."""
AIM = 0.25
"""The part of the library's own cost that may be added."""


Ended = Callable[[float], Awaitable[object]]
"""Waits until the reader has had the last price of every symbol."""
_feeds = count()


class Took(NamedTuple):
    """What one feed took of its reader."""

    seconds: float
    cpu: float


@asynccontextmanager
async def running(module: str, *arguments: str) -> AsyncIterator[Process]:
    """A Python process that is gone afterwards."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, *arguments, stdin=PIPE, stdout=PIPE)
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


async def line(process: Process) -> str:
    """The next line that a process prints."""
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def take(feeder: Process, reader: Process, ticks: int, rate: int, ended: Ended) -> Took:
    """Have so many ticks sent, and measure their reader until it has had the last."""
    assert feeder.stdin is not None
    measured = psutil.Process(reader.pid)
    before, began, last = measured.cpu_times(), perf_counter(), LAST + next(_feeds)
    feeder.stdin.write(f"{ticks} {rate} {last}\n".encode())
    await ended(last)
    seconds, after = perf_counter() - began, measured.cpu_times()
    return Took(seconds, after.user + after.system - before.user - before.system)


async def measure(feeder: Process, reader: Process, ended: Ended) -> tuple[Took, Took]:
    """The feed without a pace and the paced one, after one to warm up."""
    await take(feeder, reader, TICKS // 20, 0, ended)
    fast = await take(feeder, reader, TICKS, 0, ended)
    return fast, await take(feeder, reader, PACED, PACE, ended)


async def with_library(feeder: Process, port: str) -> tuple[Took, Took]:
    """The broker's library alone."""
    async with running("tests.benchmarks.ticks.bare", port) as reader:
        assert await line(feeder) == "subscribed"
        return await measure(feeder, reader, lambda last: line(reader))


async def with_runner(feeder: Process, port: str) -> tuple[Took, Took]:
    """The product, from that socket to a dashboard's."""
    source = f"ibkr://127.0.0.1:{port}?symbols={','.join(NAMES)}"
    async with running("tradestream_nb", "serve", "--source", source, "--port", "0") as reader:
        await line(reader)
        address = (await line(reader)).split()[1]
        assert await line(feeder) == "subscribed"
        async with connect(address, max_size=None) as dashboard:
            return await measure(feeder, reader, partial(last_prices, dashboard))


async def last_prices(dashboard: ClientConnection, last: float) -> None:
    """Read until every symbol has had its last price."""
    ended: set[str] = set()
    while len(ended) < SYMBOLS:
        frame = msgspec.json.decode(await dashboard.recv())
        prices = frame.get("symbols", {}).items()
        ended.update(symbol for symbol, price in prices if price["price"] == last)


async def main() -> None:
    """Run the contest and print a table."""
    results: dict[str, list[tuple[Took, Took]]] = {"library alone": [], "with the runner": []}
    async with asyncio.timeout(PATIENCE * ROUNDS), running("tests.benchmarks.ticks.feeder") as feeder:
        port = await line(feeder)
        for _ in range(ROUNDS):
            results["library alone"].append(await with_library(feeder, port))
            results["with the runner"].append(await with_runner(feeder, port))
    print(f"ibkr: {SYMBOLS} symbols, median of {ROUNDS}; cpu is of the reading process")
    speeds = []
    for name, took in results.items():
        fast, paced = (median(each[part].cpu for each in took) for part in (0, 1))
        speeds.append(TICKS / median(each[0].seconds for each in took))
        print(f"{name:16}{speeds[-1]:>9,.0f} ticks/s{fast / TICKS * 1e6:>8.1f} µs cpu a tick", end="")
        print(f"{paced / PACED * 1e6:>8.1f} µs at {PACE:,}/s")
    added = speeds[0] / speeds[1] - 1
    print(f"cost added {added:>+7.0%}   aim {AIM:+.0%} {'reached' if added <= AIM else 'missed'}")


if __name__ == "__main__":
    asyncio.run(main())
