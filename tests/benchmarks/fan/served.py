"""How a server under test is run: it says its port, begins to publish when told, and ends with its input."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

import msgspec

from tradestream_nb import Quote
from tradestream_nb.frames import V1
from tradestream_nb.hub import Hub
from tradestream_nb.messages import PriceUpdate

RATE = 50
"""Ticks per second."""
STAMP = b"@" * 16
SYMBOLS = [f"SYM{n:03}" for n in range(500)]

Publish = Callable[[], None | Awaitable[None]]


class Task(msgspec.Struct, frozen=True):
    """What a server has to do: every tick a price of each symbol, `burst` times over."""

    symbols: int = 5
    burst: int = 1
    compress: bool = False


def now() -> int:
    """Epoch µs."""
    return time.time_ns() // 1000


def quotes(symbols: int, tick: int) -> list[Quote]:
    """A quote of every symbol, each different from the one before."""
    price, ts = 100.25 + tick % 50, now()
    return [
        Quote(symbol, price + n, None, None, 12_000.0, 100.5, 190.25, 99.75, 100.75, ts)
        for n, symbol in enumerate(SYMBOLS[:symbols])
    ]


def template() -> bytes:
    """The frame that all clients of all servers get, with a stamp in place of its time."""
    hub = Hub()
    for quote in quotes(5, 0):
        update = PriceUpdate(quote.symbol, quote.last or 0.0, 1.25, 0.9925, 12_000.0, 190.25, 99.75, 100.5, 100.75)
        hub.publish("price_updates", update, 10**15)
    [frame] = V1.frames(hub.topics["price_updates"].since(0))
    return frame.replace(str(10**15).encode(), STAMP)


def stamped(frame: bytes) -> bytes:
    """The frame as it is now."""
    return frame.replace(STAMP, b"%d" % now())


async def publish_when_told(port: int, publish: Publish) -> None:
    """Say the port, publish at the rate from the first line of input on, and return at its end."""
    loop, told, over = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def heard() -> None:
        told.set() if sys.stdin.buffer.readline() else over.set()

    loop.add_reader(sys.stdin.fileno(), heard)
    print(port, flush=True)
    await told.wait()
    ticking = asyncio.create_task(_tick(publish))
    await over.wait()
    ticking.cancel()


async def _tick(publish: Publish) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        waiting = publish()
        if waiting is not None:
            await waiting
        due = max(due + 1 / RATE, loop.time() - 1)
        await asyncio.sleep(due - loop.time())
