"""How a contract is written in messages about orders, trades and positions."""

from __future__ import annotations

from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.fields import Field


def contract_fields(listing: Listing, exchange: str | None = None) -> tuple[Field, ...]:
    """The eleven fields of a contract; `exchange` where it is not the contract's own."""
    return (
        listing.con_id, listing.symbol, listing.sec_type, listing.last_trade_date, 0.0, "", listing.multiplier,
        listing.exchange if exchange is None else exchange, listing.currency, listing.local_symbol,
        listing.trading_class,
    )  # fmt: skip


def home(listing: Listing) -> str:
    """The exchange that a contract is at home at, which is where its trades are made."""
    return listing.primary_exchange or listing.exchange
