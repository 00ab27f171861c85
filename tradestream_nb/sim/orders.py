"""Orders: what a trader asks for, and how far the exchange has come with it."""

from __future__ import annotations

from typing import Literal

import msgspec

from tradestream_nb.events import Side
from tradestream_nb.sim.listing import Listing

OrderType = Literal["MKT", "LMT", "STP", "STP LMT"]
TimeInForce = Literal["DAY", "GTC", "IOC", "FOK"]
Status = Literal["PendingSubmit", "PreSubmitted", "Submitted", "Cancelled", "Filled"]

DONE: frozenset[Status] = frozenset({"Cancelled", "Filled"})


class Ticket(msgspec.Struct, frozen=True):
    """What a trader asks for; `limit` and `stop` are None where the type has none."""

    side: Side
    quantity: float
    kind: OrderType = "MKT"
    limit: float | None = None
    stop: float | None = None
    tif: TimeInForce = "DAY"
    account: str = ""
    ref: str = ""
    outside_rth: bool = False
    transmit: bool = True
    parent_id: int = 0
    oca_group: str = ""

    @property
    def sign(self) -> int:
        """1 to buy, -1 to sell."""
        return 1 if self.side == "BUY" else -1


class Order(msgspec.Struct, frozen=True):
    """One order at the exchange. `perm_id` is its own for ever; `order_id` is one of the client's."""

    perm_id: int
    client_id: int
    order_id: int
    """Below 0 for an order entered by hand."""
    listing: Listing
    ticket: Ticket
    status: Status = "PendingSubmit"
    filled: float = 0.0
    spent: float = 0.0
    """Sum of quantity times price over its executions."""
    commission: float = 0.0
    last_price: float = 0.0
    triggered: bool = False
    """The stop price was reached."""
    done_at: int = 0
    """Epoch µs; 0 until then."""
    why_done: str = ""

    @property
    def remaining(self) -> float:
        """The quantity that is not filled."""
        return self.ticket.quantity - self.filled

    @property
    def average_price(self) -> float:
        """Of what is filled; 0 when nothing is."""
        return self.spent / self.filled if self.filled else 0.0

    @property
    def is_open(self) -> bool:
        """More can still be filled."""
        return self.status not in DONE

    @property
    def is_by_hand(self) -> bool:
        """It came from the trading platform itself, not from a client."""
        return self.order_id < 0

    @property
    def is_waiting_for_stop(self) -> bool:
        """Nothing trades before the stop price is reached."""
        return self.ticket.stop is not None and not self.triggered
