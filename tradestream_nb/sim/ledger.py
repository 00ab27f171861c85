"""The money of one account: cash, what is held and what it is worth at the last prices."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from tradestream_nb.sim.holding import Holding

Key = TypeVar("Key", bound=Hashable)


class Ledger(Generic[Key]):
    """Books trades by average cost; a key names what is traded.

    At all times `equity = cash + sum(quantity * price * factor)`. P&L is before commissions, or after them with
    `net`, where a commission is part of the price paid, as Interactive Brokers counts: then
    `realized + unrealized P&L = equity - initial cash`.
    """

    def __init__(self, cash: float, *, net: bool = False) -> None:
        self.cash = cash
        self.commissions = 0.0
        self._net = net
        self._holdings: dict[Key, Holding] = {}
        self._prices: dict[Key, float] = {}
        self._factors: dict[Key, float] = {}

    @property
    def equity(self) -> float:
        """Cash plus what the positions are worth at the last prices."""
        return self.cash + sum(self.value(key) for key in self._holdings)

    @property
    def realized_pnl(self) -> float:
        """Realized P&L of everything traded."""
        return sum(self._factors[key] * held.realized_pnl for key, held in self._holdings.items())

    @property
    def unrealized_pnl(self) -> float:
        """What closing every position at the last prices would realize."""
        return sum(self.unrealized(key) for key in self._holdings)

    @property
    def holdings(self) -> dict[Key, Holding]:
        """Everything that was ever held, closed positions too."""
        return dict(self._holdings)

    @property
    def positions(self) -> dict[Key, float]:
        """The quantity held of every key with an open position."""
        return {key: held.quantity for key, held in self._holdings.items() if held.quantity}

    def mark(self, key: Key, price: float) -> None:
        """Value `key` at `price` from now on."""
        self._prices[key] = price

    def price(self, key: Key) -> float:
        """The last price of `key`; a trade sets one where no market price came yet."""
        return self._prices[key]

    def holding(self, key: Key) -> Holding:
        """What is held of `key`, perhaps nothing."""
        return self._holdings.get(key, Holding())

    def value(self, key: Key) -> float:
        """What the position is worth; negative when short."""
        held = self.holding(key)
        return held.quantity * self._prices[key] * self._factors[key] if held.quantity else 0.0

    def unrealized(self, key: Key) -> float:
        """What closing the position at the last price would realize."""
        held = self.holding(key)
        return held.unrealized(self._prices[key]) * self._factors[key] if held.quantity else 0.0

    def trade(self, key: Key, quantity: float, price: float, commission: float = 0.0, *, factor: float = 1.0) -> float:
        """Exchange cash for `quantity` (negative to sell) at `price`; return the P&L that this realized.

        `factor` is the money that one point of the price is worth; a key keeps its factor.
        """
        before = self.holding(key)
        paid = price + commission / (quantity * factor) if self._net else price
        self._holdings[key] = before.trade(quantity, paid)
        self._factors[key] = factor
        self._prices.setdefault(key, price)
        self.cash -= quantity * price * factor + commission
        self.commissions += commission
        return (self._holdings[key].realized_pnl - before.realized_pnl) * factor
