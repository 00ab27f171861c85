"""What is held of one symbol and what it cost: average-cost accounting."""

from __future__ import annotations

from math import copysign

import msgspec

_DUST = 1e-9


class Holding(msgspec.Struct, frozen=True):
    """`quantity` is negative when short; `realized_pnl` is before commissions."""

    quantity: float = 0.0
    average_price: float = 0.0
    realized_pnl: float = 0.0

    def trade(self, quantity: float, price: float) -> Holding:
        """The holding after `quantity` (negative to sell) changed hands at `price`.

        More of the same side moves the average price; the other side realizes P&L against it; what goes through
        zero is a new holding at `price`.
        """
        total = self.quantity + quantity
        if self.quantity == 0 or (self.quantity > 0) == (quantity > 0):
            cost = self.quantity * self.average_price + quantity * price
            return Holding(total, cost / total, self.realized_pnl)
        closed = min(abs(quantity), abs(self.quantity))
        realized = self.realized_pnl + copysign(closed, self.quantity) * (price - self.average_price)
        if abs(total) < _DUST:
            return Holding(realized_pnl=realized)
        return Holding(total, price if abs(quantity) > abs(self.quantity) else self.average_price, realized)

    def unrealized(self, price: float) -> float:
        """What closing at `price` would realize."""
        return self.quantity * (price - self.average_price)
