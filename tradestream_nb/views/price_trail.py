"""The minute behind the newest prices, for lines that are whole when their view is opened."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

SECONDS = 60


class PriceTrail:
    """What all prices were at the end of each second of the last minute, of the epoch and by the prices' own clock.

    A browser keeps the same of each price, and goes on with what it is given of it here: see `trail.js`.
    """

    def __init__(self) -> None:
        self.second = 0
        """The one that the newest prices fall in, which are not kept yet."""
        self._kept: deque[tuple[int, NDArray[np.float64]]] = deque()

    @property
    def seconds(self) -> list[int]:
        """Of which prices are kept, oldest first."""
        return [second for second, _ in self._kept]

    def enter(self, second: int, prices: NDArray[np.float64]) -> None:
        """Keep `prices` as the last of the second that ends, which may be long ago.

        What comes after a `second` that lies back is forgotten, as when a replay has gone back.
        """
        while self._kept and self._kept[-1][0] >= second:
            self._kept.pop()
        if self.second < second and prices.size:
            self._kept.append((self.second, prices.copy()))
        self.second = second
        self._forget(second - SECONDS)

    def place(self, places: Sequence[int]) -> None:
        """Put each price where the one at these places was; -1 is one that there was none of, NaN from now on."""
        self._kept = deque([(second, np.append(prices, nan)[places]) for second, prices in self._kept])

    def __bytes__(self) -> bytes:
        """The prices of each second one after the other, as float64."""
        return b"".join([prices.tobytes() for _, prices in self._kept])

    def _forget(self, edge: int) -> None:
        """One that is older than the edge stays and stands there, so that a quiet line does not shrink to nothing."""
        while len(self._kept) > 1 and self._kept[1][0] <= edge:
            self._kept.popleft()
        if self._kept:
            second, prices = self._kept[0]
            self._kept[0] = (max(second, edge), prices)
