"""Prices that every contestant shows alike; the first symbol's price is the moment at which it was made."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count, cycle
from threading import Thread
from typing import Any

import numpy as np

STEPS = 20
"""After which the market begins anew."""
RATE = 10
"""Updates of every row per second."""
FRAME, UNEVEN = 1 / 60, 0.007919
"""Steps wander over a frame of the page (s), for ten a second would all come as early or as late as the first."""
STAMP = 1_000_000
"""A stamp lies between this and twice this, which no other number in the table does."""

Columns = dict[str, list[Any]]


class Market:
    """Random walks of so many symbols, all of which move at every step; made beforehand, so that a step is cheap."""

    def __init__(self, symbols: int) -> None:
        self.steps = _walk(symbols)
        self._next = cycle(self.steps)

    def step(self) -> Columns:
        """Eight columns of the market's next state."""
        columns = next(self._next)
        columns["price"][0] = stamp(time.time())
        return columns


def stamp(seconds: float) -> float:
    """A moment as a price with two decimals: its milliseconds, begun anew every 1,000 s."""
    return round(STAMP + 1000 * seconds % STAMP, 2)


def run(step: Callable[[], object]) -> None:
    """Repeat a step at the market's rate, on a plain thread: it takes least of the processor by itself."""
    Thread(target=_repeat, args=(step,), daemon=True).start()


def _repeat(step: Callable[[], object]) -> None:
    began = time.monotonic()
    for turn in count():
        due = began + turn / RATE + turn * UNEVEN % FRAME
        time.sleep(max(due - time.monotonic(), 0))
        step()


def _walk(symbols: int) -> list[Columns]:
    random = np.random.default_rng(7)
    first = random.uniform(20, 500, symbols).round(2)
    prices = (first * random.normal(1, 0.0005, (STEPS, symbols)).cumprod(axis=0)).round(2)
    changes = (prices - first).round(2)
    tables = {
        "price": prices,
        "change": changes,
        "change_pct": (100 * changes / first).round(2),
        "volume": random.integers(1, 100, prices.shape).cumsum(axis=0).astype(float),
        "high": np.maximum.accumulate(prices),
        "low": np.minimum.accumulate(prices),
        "open": np.broadcast_to(first, prices.shape),
    }
    names = [f"S{place:04}" for place in range(symbols)]
    return [{"symbol": names, **{name: rows[turn].tolist() for name, rows in tables.items()}} for turn in range(STEPS)]
