"""Executions and their commissions, as the exchange reports them."""

from __future__ import annotations

import msgspec

from tradestream_nb.events import Side
from tradestream_nb.sim.listing import Listing


class Execution(msgspec.Struct, frozen=True):
    """One trade. A correction repeats it under the next `exec_id`, which differs after the last dot only."""

    exec_id: str
    listing: Listing
    account: str
    side: Side
    shares: float
    price: float
    perm_id: int
    client_id: int
    order_id: int
    cumulative: float
    """Filled of its order so far, this trade included."""
    average_price: float
    """Of the order so far."""
    ref: str
    ts: int

    @property
    def signed(self) -> float:
        """The quantity, negative for a sale."""
        return self.shares if self.side == "BUY" else -self.shares

    @property
    def root(self) -> str:
        """What all corrections of one trade have in common."""
        return self.exec_id.rpartition(".")[0]

    @property
    def revision(self) -> int:
        """1 for the trade as first reported, one more for each correction."""
        return int(self.exec_id.rpartition(".")[2])


class Commission(msgspec.Struct, frozen=True):
    """What one execution cost."""

    exec_id: str
    amount: float
    currency: str
    realized_pnl: float | None
    """After commissions; None where the trade closed nothing."""


def first_exec_id(place: int, number: int) -> str:
    """The id of the `number`-th trade made at `place` (a number of the market's own), before any correction."""
    return f"{place & 0xFFFFFFFF:08x}.{number & 0xFFFFFFFF:08x}.01.01"


def next_exec_id(exec_id: str) -> str:
    """The id that a correction of this execution carries."""
    root, _, revision = exec_id.rpartition(".")
    return f"{root}.{int(revision) + 1:02d}"
