"""A small exchange to test with: two stocks, a future, a pair, and orders that say what matters."""

from __future__ import annotations

from typing import TypeVar

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Quote
from tradestream_nb.sim.exchange import Exchange
from tradestream_nb.sim.executions import Execution
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.orders import Order
from tradestream_nb.sim.reports import Executed, Notice, OrderChanged, Report

AAPL = Listing(1, "AAPL", local_symbol="AAPL")
MSFT = Listing(2, "MSFT", local_symbol="MSFT")
ES = Listing(3, "ES", "FUT", multiplier="50", min_tick=0.25)
JPY = Listing(4, "USD", "CASH", "JPY", "IDEALPRO", min_tick=0.005, rate=1 / 150)
LISTINGS = {"AAPL": AAPL, "MSFT": MSFT, "ES": ES, "JPY": JPY}

ReportType = TypeVar("ReportType", bound=Report)


def quoted(exchange: Exchange, price: float, listing: Listing = AAPL, ts: int = SECOND) -> list[Report]:
    """Quote a price with a spread of two cents around it."""
    return exchange.on_quote(listing.con_id, Quote(listing.symbol, price, price - 0.01, price + 0.01, ts=ts))


def opened(price: float = 100.0, **options: float | int) -> Exchange:
    """Return an exchange where every listing is quoted at `price`."""
    exchange = Exchange(**options)  # type: ignore[arg-type]
    for listing in LISTINGS.values():
        quoted(exchange, price, listing)
    return exchange


def of_type(kind: type[ReportType], reports: list[Report]) -> list[ReportType]:
    """Return the reports of one type."""
    return [report for report in reports if isinstance(report, kind)]


def states(reports: list[Report]) -> list[str]:
    """Return the order statuses that were reported, in order."""
    return [report.order.status for report in of_type(OrderChanged, reports)]


def codes(reports: list[Report]) -> list[int]:
    """Return the codes that clients were told."""
    return [notice.code for notice in of_type(Notice, reports)]


def trades(reports: list[Report]) -> list[Execution]:
    """Return the executions that were reported."""
    return [report.execution for report in of_type(Executed, reports)]


def last_order(reports: list[Report]) -> Order:
    """Return the order in the state that was reported last."""
    return of_type(OrderChanged, reports)[-1].order
