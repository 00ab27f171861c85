"""The contracts there are: stocks, currency pairs and quarterly futures, found by what a client says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from zlib import crc32

from tradestream_nb.clock import moment
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.fields import WireContract

NASDAQ = frozenset("AAPL MSFT GOOGL AMZN NVDA META TSLA NFLX INTC AMD".split())
STOCK_EXCHANGES = ("SMART", "AMEX", "NYSE", "NASDAQ", "ISLAND", "ARCA", "BATS", "IEX", "BYX", "EDGEA")
PAIRS = ("EUR.USD", "GBP.USD", "AUD.USD", "NZD.USD", "USD.JPY", "USD.CHF", "USD.CAD", "EUR.GBP", "EUR.JPY")
RATES = {"USD": 1.0, "GBP": 1.27, "JPY": 1 / 151, "CHF": 1 / 0.88, "CAD": 1 / 1.37}
"""What the pairs' second currencies are worth in an account that is kept in US dollars."""
QUARTERS = 4
"""How many expiries of each future are listed."""

_MONTH_LETTERS = {3: "H", 6: "M", 9: "U", 12: "Z"}


class FutureClass(NamedTuple):
    """What the futures on one thing have in common."""

    symbol: str
    exchange: str
    multiplier: str
    min_tick: float
    trading_class: str = ""


FUTURES = (
    FutureClass("ES", "CME", "50", 0.25),
    FutureClass("MES", "CME", "5", 0.25),
    FutureClass("NQ", "CME", "20", 0.25),
    FutureClass("YM", "CBOT", "5", 1.0),
    FutureClass("ZN", "CBOT", "1000", 0.015625),
    FutureClass("GC", "COMEX", "100", 0.1),
    FutureClass("CL", "NYMEX", "1000", 0.01),
)


class Catalogue:
    """Every listing of a market that opens at `start` (epoch µs); the same names have the same ids always."""

    def __init__(self, symbols: Sequence[str], *, start: int) -> None:
        today = moment(start).date()
        listings = [*map(_stock, symbols), *map(_pair, PAIRS), *_futures(today)]
        self._by_id = {listing.con_id: listing for listing in listings}

    def __iter__(self) -> Iterator[Listing]:
        return iter(self._by_id.values())

    def get(self, con_id: int) -> Listing | None:
        """The listing of that id."""
        return self._by_id.get(con_id)

    def find(self, wanted: WireContract) -> list[Listing]:
        """Every listing that fits; futures without an expiry are several, nearest first."""
        if wanted.con_id:
            listing = self.get(wanted.con_id)
            return [listing] if listing and _is_traded_at(listing, wanted.exchange) else []
        return [listing for listing in self if _fits(listing, wanted)]

    def search(self, pattern: str, most: int = 16) -> list[Listing]:
        """Stocks and pairs whose symbol begins with `pattern`."""
        start = pattern.strip().upper()
        fits = [each for each in self if start and each.sec_type != "FUT" and each.symbol.startswith(start)]
        return fits[:most]


def exchanges(listing: Listing) -> tuple[str, ...]:
    """Where the contract can be traded."""
    return STOCK_EXCHANGES if listing.sec_type == "STK" else (listing.exchange,)


def third_friday(year: int, month: int) -> date:
    """The day on which the futures of a month end."""
    first = date(year, month, 1)
    return first + timedelta((4 - first.weekday()) % 7 + 14)


def _fits(listing: Listing, wanted: WireContract) -> bool:
    if not (wanted.symbol or wanted.local_symbol):
        return False
    pairs = (
        (wanted.sec_type.replace("CONTFUT", "FUT"), listing.sec_type),
        (wanted.symbol, listing.symbol),
        (wanted.local_symbol, listing.local_symbol),
        (wanted.currency, listing.currency),
        (wanted.multiplier, listing.multiplier),
        (wanted.trading_class, listing.trading_class),
        (wanted.primary_exchange.replace("ISLAND", "NASDAQ"), listing.primary_exchange),
    )
    return (
        all(not asked or asked == known for asked, known in pairs)
        and listing.last_trade_date.startswith(wanted.last_trade_date)
        and _is_traded_at(listing, wanted.exchange)
    )


def _is_traded_at(listing: Listing, exchange: str) -> bool:
    return not exchange or exchange in exchanges(listing)


def _con_id(kind: str, name: str) -> int:
    return 1_000_000 + crc32(f"{kind}:{name}".encode()) % 900_000_000


def _stock(symbol: str) -> Listing:
    primary = "NASDAQ" if symbol in NASDAQ else "NYSE"
    return Listing(
        _con_id("STK", symbol),
        symbol,
        primary_exchange=primary,
        local_symbol=symbol,
        trading_class="NMS" if primary == "NASDAQ" else symbol,
    )


def _pair(name: str) -> Listing:
    symbol, currency = name.split(".")
    tick = 0.005 if currency == "JPY" else 0.00005
    return Listing(
        _con_id("CASH", name), symbol, "CASH", currency, "IDEALPRO",
        local_symbol=name, trading_class=name, min_tick=tick, rate=RATES[currency],
    )  # fmt: skip


def _futures(today: date) -> Iterator[Listing]:
    for future in FUTURES:
        for expiry in _expiries(today):
            name = f"{future.symbol}{_MONTH_LETTERS[expiry.month]}{expiry.year % 10}"
            yield Listing(
                _con_id("FUT", f"{future.symbol}{expiry:%Y%m}"), future.symbol, "FUT", "USD", future.exchange,
                local_symbol=name, trading_class=future.trading_class or future.symbol,
                last_trade_date=f"{expiry:%Y%m%d}", multiplier=future.multiplier, min_tick=future.min_tick,
            )  # fmt: skip


def _expiries(today: date) -> list[date]:
    days = [third_friday(today.year + year, month) for year in range(3) for month in _MONTH_LETTERS]
    return [day for day in days if day >= today][:QUARTERS]
