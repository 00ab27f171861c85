"""What can be traded at the simulated exchange: one contract, as Interactive Brokers identifies it."""

from __future__ import annotations

import msgspec


class Listing(msgspec.Struct, frozen=True):
    """One contract; `con_id` names it and no two share one."""

    con_id: int
    symbol: str
    sec_type: str = "STK"
    currency: str = "USD"
    exchange: str = "SMART"
    primary_exchange: str = ""
    local_symbol: str = ""
    trading_class: str = ""
    last_trade_date: str = ""
    multiplier: str = ""
    min_tick: float = 0.01
    rate: float = 1.0
    """What one unit of its currency is worth in the account's; it never changes, so that books add up."""

    @property
    def size(self) -> float:
        """What one point of the price is worth per unit, in the contract's currency."""
        return float(self.multiplier or 1)

    @property
    def factor(self) -> float:
        """What one point of the price is worth per unit, in the account's currency."""
        return self.size * self.rate
