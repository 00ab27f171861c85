"""Why an exchange refuses an order, in Interactive Brokers' codes and words."""

from __future__ import annotations

from math import isfinite

from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.orders import Order, Ticket

Refusal = tuple[int, str]
"""A code and what it says."""

NO_FUNDS: Refusal = (
    201,
    "Order rejected - reason:YOUR ORDER IS NOT ACCEPTED. THE AVAILABLE FUNDS ARE LESS THAN ITS INITIAL MARGIN",
)
UNKNOWN_ID: Refusal = (135, "Can't find order with id.")
DUPLICATE_ID: Refusal = (103, "Duplicate order id")


def refusal(listing: Listing, ticket: Ticket, accounts: tuple[str, ...]) -> Refusal | None:
    """Why such an order cannot be taken; None when it can."""
    if not ticket.account:
        return 435, "You must specify an account."
    if ticket.account not in accounts:
        return 321, f"Error validating request.-'bN' : cause - Invalid account code '{ticket.account}'."
    if ticket.quantity == 0:
        return 434, "The order size cannot be zero."
    if not (isfinite(ticket.quantity) and ticket.quantity > 0):
        return 201, "Order rejected - reason:The order size must be a number above zero."
    if ticket.kind in ("LMT", "STP LMT") and ticket.limit is None:
        return 201, "Order rejected - reason:A limit order needs a limit price."
    if ticket.kind in ("STP", "STP LMT") and ticket.stop is None:
        return 201, "Order rejected - reason:A stop order needs a stop price."
    if any(price is not None and not _is_on_tick(price, listing.min_tick) for price in (ticket.limit, ticket.stop)):
        return 110, "The price does not conform to the minimum price variation for this contract."
    return None


def modify_refusal(order: Order, listing: Listing, ticket: Ticket) -> Refusal | None:
    """Why the order cannot be changed into such a one; None when it can."""
    if order.status == "Filled":
        return 104, "Can't modify a filled order."
    if not order.is_open:
        return DUPLICATE_ID
    before = (order.listing.con_id, order.ticket.side, order.ticket.kind, order.ticket.account)
    if (listing.con_id, ticket.side, ticket.kind, ticket.account) != before or ticket.quantity <= order.filled:
        return 105, "Order being modified does not match original order."
    return None


def cancel_refusal(order_id: int, order: Order | None) -> Refusal:
    """Why there is nothing to cancel: no order has the number, or the one that has is over."""
    if order is None:
        return 10147, f"OrderId {order_id} that needs to be cancelled is not found."
    return 10148, f"OrderId {order_id} that needs to be cancelled cannot be cancelled, state: {order.status}."


def _is_on_tick(price: float, tick: float) -> bool:
    return isfinite(price) and abs(price / tick - round(price / tick)) < 1e-6
