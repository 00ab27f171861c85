"""What an order would cost and bind, without placing it."""

from __future__ import annotations

import msgspec

from tradestream_nb.sim.books import CURRENCY, Books
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.orders import Ticket
from tradestream_nb.sim.tariff import commission, initial_margin, maintenance_margin


class Preview(msgspec.Struct, frozen=True):
    """Margins and equity before and after, as Interactive Brokers answers a what-if order."""

    initial_before: float
    maintenance_before: float
    equity_before: float
    initial_after: float
    maintenance_after: float
    equity_after: float
    commission: float
    currency: str

    @property
    def is_affordable(self) -> bool:
        """The equity covers the initial margin afterwards, or the order binds no more than before."""
        return self.initial_after <= max(self.equity_after, self.initial_before)


def preview(books: Books, listing: Listing, ticket: Ticket, price: float) -> Preview:
    """What trading the whole ticket at `price` would change."""
    initial, maintenance = books.margins()
    held = books.holding(listing.con_id).quantity
    worth = held * price * listing.factor
    after = (held + ticket.sign * ticket.quantity) * price * listing.factor
    cost = commission(listing, ticket.quantity, ticket.quantity * price)
    return Preview(
        initial, maintenance, books.equity,
        initial + initial_margin(listing, after) - initial_margin(listing, worth),
        maintenance + maintenance_margin(listing, after) - maintenance_margin(listing, worth),
        books.equity - cost, cost, CURRENCY,
    )  # fmt: skip
