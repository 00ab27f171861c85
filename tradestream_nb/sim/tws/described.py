"""How a contract and a moment are written in messages about orders, trades and positions."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tradestream_nb.clock import micros, moment
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.fields import Field

ZONE = "US/Eastern"


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


def written(ts: int) -> str:
    """`ts` (epoch µs) as text, in the zone it names."""
    return f"{moment(ts).astimezone(ZoneInfo(ZONE)):%Y%m%d %H:%M:%S} {ZONE}"


def read_time(text: str) -> int | None:
    """Epoch µs of a time that a client wrote: with its zone, in UTC with a dash, else in the zone of `written`."""
    day, _, rest = text.replace("-", " ", 1).partition(" ")
    clock, _, zone = rest.strip().partition(" ")
    try:
        naive = datetime.strptime(f"{day} {clock or '00:00:00'}", "%Y%m%d %H:%M:%S")
        return micros(naive.replace(tzinfo=UTC if "-" in text else ZoneInfo(zone or ZONE)))
    except (ValueError, LookupError, OSError):
        return None
