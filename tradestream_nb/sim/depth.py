"""How much can be traded at one quote: what makes large orders fill in parts."""

from __future__ import annotations

from tradestream_nb.events import Side
from tradestream_nb.sim.instrument import generator
from tradestream_nb.sim.listing import Listing

_LOTS = {"STK": 100, "CASH": 25_000, "FUT": 1}
_DEPTH_STREAM = 3


class Depth:
    """The shares on offer on each side of one contract, drawn anew for every quote from 1 to 5 lots.

    The same again for the same seed; `fixed` offers so many at every quote.
    """

    def __init__(self, listing: Listing, seed: int, fixed: float | None = None) -> None:
        self._lot = _LOTS.get(listing.sec_type, 1)
        self._fixed = fixed
        self._random = generator(str(listing.con_id), seed, _DEPTH_STREAM)
        self._offered: dict[Side, float] = {}
        self.refill()

    def refill(self) -> None:
        """A new quote: new shares on both sides."""
        for side in ("BUY", "SELL"):
            drawn = self._lot * float(self._random.integers(1, 6))
            self._offered[side] = drawn if self._fixed is None else self._fixed

    def offered(self, side: Side) -> float:
        """How much somebody on `side` can still get."""
        return self._offered[side]

    def take(self, side: Side, wanted: float) -> float:
        """Take up to `wanted` away; return how much that was."""
        taken = min(wanted, self._offered[side])
        self._offered[side] -= taken
        return taken
