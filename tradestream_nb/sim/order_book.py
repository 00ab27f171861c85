"""The orders an exchange knows, found by their own id or by the client's."""

from __future__ import annotations

import msgspec

from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.orders import Order, Ticket


class OrderBook:
    """Numbers orders and keeps their latest state; ids are never reused."""

    def __init__(self, first_perm_id: int) -> None:
        self._next = first_perm_id
        self._by_hand = 0
        self._orders: dict[int, Order] = {}
        self._open: dict[int, None] = {}
        self._perm_ids: dict[tuple[int, int], int] = {}

    def add(self, client_id: int, order_id: int, listing: Listing, ticket: Ticket) -> Order:
        """Enter an order; `order_id` 0 numbers it as one by hand: -1, -2, …"""
        if order_id == 0:
            self._by_hand -= 1
            order_id = self._by_hand
        order = Order(self._next, client_id, order_id, listing, ticket)
        self._next += 1
        self._orders[order.perm_id] = order
        self._open[order.perm_id] = None
        self._perm_ids[client_id, order_id] = order.perm_id
        return order

    def update(self, order: Order, **changes: object) -> Order:
        """Change some fields of an order, whatever has become of it since it was looked up, and return it."""
        changed = msgspec.structs.replace(self._orders[order.perm_id], **changes)
        self._orders[order.perm_id] = changed
        if not changed.is_open:
            self._open.pop(order.perm_id, None)
        return changed

    def get(self, perm_id: int) -> Order:
        """The latest state of an order. Raises KeyError for one that does not exist."""
        return self._orders[perm_id]

    def find(self, client_id: int, order_id: int) -> Order | None:
        """The order that a client numbered so, if there is one."""
        perm_id = self._perm_ids.get((client_id, order_id))
        return None if perm_id is None else self._orders[perm_id]

    def open(self) -> list[Order]:
        """Every order that can still trade, oldest first."""
        return [self._orders[perm_id] for perm_id in self._open]

    def done(self) -> list[Order]:
        """Every order that was filled or cancelled, oldest first."""
        return [order for order in self._orders.values() if not order.is_open]
