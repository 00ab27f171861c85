"""What trading costs and what margin it binds."""

from __future__ import annotations

from tradestream_nb.sim.listing import Listing

_INITIAL = {"STK": 0.5, "FUT": 0.06, "CASH": 0.03}
"""Share of a position's worth that must be there to open it."""
_MAINTENANCE = {"STK": 0.25, "FUT": 0.05, "CASH": 0.025}
"""Share of a position's worth that must stay there."""


def commission(listing: Listing, shares: float, spent: float) -> float:
    """What an order costs of which `shares` are filled, in the account's currency.

    `spent` is the sum of quantity times price. The fixed tariff for US stocks, forex and US index futures, without
    the exchanges' own fees.
    """
    if listing.sec_type == "FUT":
        return 2.25 * shares
    if listing.sec_type == "CASH":
        return round(max(0.00002 * spent * listing.rate, 2.0), 4)
    return round(min(max(0.005 * shares, 1.0), 0.01 * spent * listing.rate), 4)


def initial_margin(listing: Listing, worth: float) -> float:
    """What opening a position worth so much binds."""
    return abs(worth) * _INITIAL.get(listing.sec_type, 1.0)


def maintenance_margin(listing: Listing, worth: float) -> float:
    """What holding a position worth so much binds."""
    return abs(worth) * _MAINTENANCE.get(listing.sec_type, 1.0)
