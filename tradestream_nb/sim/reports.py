"""What an exchange tells of orders: the facts a broker's server turns into messages."""

from __future__ import annotations

import msgspec

from tradestream_nb.sim.executions import Commission, Execution
from tradestream_nb.sim.orders import Order


class OrderChanged(msgspec.Struct, frozen=True):
    """An order is new or was changed."""

    order: Order


class Executed(msgspec.Struct, frozen=True):
    """A trade was made, or corrected."""

    execution: Execution


class Charged(msgspec.Struct, frozen=True):
    """What a trade cost is known."""

    execution: Execution
    commission: Commission


class Notice(msgspec.Struct, frozen=True):
    """A word to the client about one of its orders, with the code that says how bad it is."""

    client_id: int
    order_id: int
    code: int
    text: str


Report = OrderChanged | Executed | Charged | Notice
