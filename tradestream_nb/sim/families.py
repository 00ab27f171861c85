"""Orders that belong together: a parent with its children, and orders of which one cancels the others."""

from __future__ import annotations

from tradestream_nb.sim.order_book import OrderBook
from tradestream_nb.sim.orders import Order


def is_held(order: Order, orders: OrderBook) -> bool:
    """Say whether the order must not trade yet: it is not transmitted, or its parent is not filled."""
    if not order.ticket.transmit:
        return True
    parent = parent_of(order, orders)
    return parent is not None and parent.status != "Filled"


def parent_of(order: Order, orders: OrderBook) -> Order | None:
    """The order that must be filled before this one trades."""
    return orders.find(order.client_id, order.ticket.parent_id) if order.ticket.parent_id else None


def children_of(order: Order, orders: OrderBook) -> list[Order]:
    """The open orders that wait for this one."""
    return [
        child
        for child in orders.open()
        if child.client_id == order.client_id and child.ticket.parent_id == order.order_id
    ]


def rivals_of(order: Order, orders: OrderBook) -> list[Order]:
    """The open orders that end when this one is filled."""
    group, parent = order.ticket.oca_group, order.ticket.parent_id
    return [
        rival
        for rival in orders.open()
        if rival.perm_id != order.perm_id
        and ((group and rival.ticket.oca_group == group and rival.ticket.account == order.ticket.account)
             or (parent and rival.client_id == order.client_id and rival.ticket.parent_id == parent))
    ]  # fmt: skip


def sent_with(order: Order, orders: OrderBook) -> list[Order]:
    """The held orders that go out together with a child that is transmitted, the parent first."""
    if not order.ticket.parent_id:
        return []
    family = (order.client_id, order.ticket.parent_id)
    return [
        held
        for held in orders.open()
        if not held.ticket.transmit
        and family in ((held.client_id, held.order_id), (held.client_id, held.ticket.parent_id))
    ]
