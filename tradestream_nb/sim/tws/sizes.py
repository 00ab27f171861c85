"""How much is offered and wanted at the best prices."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np

from tradestream_nb.sim.instrument import generator
from tradestream_nb.sim.listing import Listing

LOTS = {"STK": 100.0, "CASH": 500_000.0, "FUT": 1.0}
_STREAM = 2
_BLOCK = 128


class Sizes(msgspec.Struct, frozen=True):
    """Units at the best bid, at the best ask, and of the last trade."""

    bid: float
    ask: float
    last: float


class SizeBook:
    """The sizes of one contract: whole lots that change with every second quote or so."""

    def __init__(self, listing: Listing, seed: int) -> None:
        self._lot = LOTS[listing.sec_type]
        self._draws = _draws(generator(f"{listing.con_id}", seed, _STREAM))
        self.now = Sizes(self._lot * next(self._draws), self._lot * next(self._draws), self._lot)

    def move(self, traded: float) -> Sizes:
        """The sizes after a step in which so much was traded."""
        bid, ask = (
            self._lot * size if (size := next(self._draws)) % 2 else old for old in (self.now.bid, self.now.ask)
        )
        self.now = Sizes(bid, ask, traded or self.now.last)
        return self.now


def _draws(random: np.random.Generator) -> Iterator[int]:
    while True:
        yield from random.integers(1, 30, _BLOCK).tolist()
