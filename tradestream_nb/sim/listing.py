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

    @property
    def factor(self) -> float:
        """The money that one point of the price is worth per unit."""
        return float(self.multiplier or 1)
