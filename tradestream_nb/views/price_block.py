"""Prices as rows of float64, in an order that stays until a symbol is new: a change touches its own row alone."""

from __future__ import annotations

from collections.abc import Iterable
from math import nan
from operator import attrgetter
from struct import Struct

import numpy as np
from numpy.typing import NDArray

from tradestream_nb.messages import PriceUpdate

COLUMNS = ("price", "change", "change_pct", "volume", "high", "low")
_ROW = Struct(f"{len(COLUMNS)}d")


class PriceBlock:
    """A row of figures for each symbol, NaN where there is none."""

    def __init__(self) -> None:
        self._rows = bytearray()
        self._places: dict[str, int] = {}
        """Where each symbol's row begins."""

    @property
    def symbols(self) -> list[str]:
        """Whose rows they are, in order."""
        return list(self._places)

    @property
    def prices(self) -> NDArray[np.float64]:
        """The price of each row, as it is and becomes."""
        return np.frombuffer(self._rows)[:: len(COLUMNS)]

    def renew(self, prices: Iterable[PriceUpdate]) -> None:
        """Hold these and no others, in the order of the alphabet."""
        known = sorted(prices, key=attrgetter("symbol"))
        self._rows = bytearray(len(known) * _ROW.size)
        self._places = {price.symbol: place * _ROW.size for place, price in enumerate(known)}
        self.update(known)

    def update(self, prices: Iterable[PriceUpdate]) -> bool:
        """Take these in; False when it came to a symbol that has no row."""
        put, rows, places = _ROW.pack_into, self._rows, self._places
        try:
            for p in prices:
                high = nan if p.high is None else p.high
                low = nan if p.low is None else p.low
                put(rows, places[p.symbol], p.price, p.change, p.change_pct, p.volume, high, low)
        except KeyError:
            return False
        return True

    def __bytes__(self) -> bytes:
        """The rows one after the other, each with its `COLUMNS`."""
        return bytes(self._rows)
