"""One market data line: what a client watches, and what it was told last."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.codes import Reply
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.ticks import Tick, changed

DataType = Literal[1, 2, 3, 4]
"""Live, frozen, delayed, and delayed and frozen."""
LIVE: DataType = 1
FROZEN: DataType = 2
DELAYED: DataType = 3
DELAYED_FROZEN: DataType = 4


class Line:
    """Tells one request's ticks, each only when it is new, in live or delayed numbers."""

    def __init__(
        self, session: Session, request_id: int, listing: Listing, generics: tuple[int, ...], *, basic: bool, asked: int
    ) -> None:
        self.session, self.request_id, self.listing, self.generics = session, request_id, listing, generics
        self.basic, self.asked = basic, asked
        self._type: DataType | None = None
        self._told: dict[int, Tick] = {}

    def describe(self) -> None:
        """Tell the tick size and where the quotes come from."""
        self.session.send(Reply.TICK_PARAMETERS, self.request_id, self.listing.min_tick, "9c0001", 3)

    def become(self, kind: DataType) -> None:
        """Tell what kind of data comes from now on, when that is news."""
        if kind != self._type:
            self._type = kind
            self.session.send(Reply.MARKET_DATA_TYPE, 1, self.request_id, kind)

    def tell(self, ticks: Iterable[Tick]) -> None:
        """Send what is new."""
        if self._type in (DELAYED, DELAYED_FROZEN):
            ticks = [late for tick in ticks if (late := tick.delayed())]
        for tick in changed(list(ticks), self._told):
            self.session.send(*tick.message(self.request_id))

    def fail(self, code: int, text: str) -> None:
        """Tell of a problem with this line."""
        self.session.error(self.request_id, code, text)
