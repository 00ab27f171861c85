"""Contract details: what a client learns of a contract, and how it completes one that it knows in part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from tradestream_nb.clock import moment
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.catalogue import exchanges
from tradestream_nb.sim.tws.codes import Code, Reply, Request
from tradestream_nb.sim.tws.described import home
from tradestream_nb.sim.tws.fields import Field, Fields, WireContract
from tradestream_nb.sim.tws.lookup import UNKNOWN
from tradestream_nb.sim.tws.part import Answer, Part
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.spans import ZONE

ORDER_TYPES = "ACTIVETIM,LMT,MKT,STP,STPLMT,TRAIL,WHATIF"
DAYS_AHEAD = 6
RULES = {0.01: 26, 0.00005: 239, 0.005: 240, 0.25: 67, 1.0: 68, 0.015625: 69, 0.1: 70}
"""The number of the rule that says how fine prices are, by the tick."""


class ContractDetails(Part):
    """Finds contracts by what is known of them."""

    def answers(self) -> Mapping[Request, Answer]:
        """Requests about contracts."""
        return {
            Request.CONTRACT_DETAILS: self._describe,
            Request.MATCHING_SYMBOLS: self._match,
            Request.MARKET_RULE: self._tell_rule,
        }

    def _describe(self, session: Session, fields: Fields) -> None:
        fields.skip()
        request_id, wanted = fields.integer(), fields.contract()
        found = self.world.catalogue.find(wanted)
        for listing in found[:1] if wanted.sec_type == "CONTFUT" else found:
            session.send(*details(session.version, request_id, listing, wanted, self.world.ts))
        if found:
            session.send(Reply.CONTRACT_DETAILS_END, 1, request_id)
        else:
            session.error(request_id, Code.NO_SUCH_CONTRACT, UNKNOWN)

    def _match(self, session: Session, fields: Fields) -> None:
        request_id, found = fields.integer(), self.world.catalogue.search(fields.text())
        described: list[Field] = []
        for each in found:
            described += (each.con_id, each.symbol, each.sec_type, home(each))
            described += (each.currency, 0, *((long_name(each), "") if session.version >= 176 else ()))
        session.send(Reply.SYMBOL_SAMPLES, request_id, len(found), *described)

    def _tell_rule(self, session: Session, fields: Fields) -> None:
        rule = fields.integer()
        ticks = [tick for tick, number in RULES.items() if number == rule]
        if ticks:
            session.send(Reply.MARKET_RULE, rule, 1, 0.0, ticks[0])
        else:
            session.error(-1, Code.INVALID, f"Error validating request.-'bJ' : cause - there is no market rule {rule}")


def details(version: int, request_id: int, listing: Listing, wanted: WireContract, ts: int) -> tuple[Field, ...]:
    """The message that describes a contract, laid out for the client's version."""
    old = version < 164
    places = exchanges(listing)
    hours = trading_hours(moment(ts))
    month = listing.last_trade_date[:6]
    sizes = (1, 1, 100) if listing.sec_type == "STK" else (1, 1, 1)
    return (
        Reply.CONTRACT_DETAILS, *((8,) if old else ()), request_id,
        listing.symbol, wanted.sec_type or listing.sec_type, listing.last_trade_date, 0, None,
        wanted.exchange or listing.exchange, listing.currency, listing.local_symbol, listing.trading_class,
        listing.trading_class, listing.con_id, listing.min_tick, *((100,) if old else ()), listing.multiplier,
        ORDER_TYPES, ",".join(places), 1, 0, long_name(listing), listing.primary_exchange, month,
        None, None, None, ZONE.key, hours, hours, None, 0, 0,
        1, listing.symbol if month else None, "IND" if month else None, rules(listing, len(places)),
        listing.last_trade_date, "COMMON" if listing.sec_type == "STK" else None,
        *(() if version < 163 else sizes[2:] if version == 163 else sizes),
    )  # fmt: skip


def rules(listing: Listing, places: int) -> str:
    """The rule for prices at each exchange."""
    return ",".join([str(RULES[listing.min_tick])] * places)


def trading_hours(now: datetime) -> str:
    """Open all day, today and on the days that follow; the simulated market never closes by itself."""
    days = [now.astimezone(ZONE) + timedelta(days) for days in range(DAYS_AHEAD + 1)]
    return ";".join(f"{day:%Y%m%d}:0000-{after:%Y%m%d}:0000" for day, after in zip(days, days[1:], strict=False))


def long_name(listing: Listing) -> str:
    """What the contract is called in full."""
    if listing.sec_type == "STK":
        return f"{listing.symbol} INC"
    return f"{listing.symbol} {'cash' if listing.sec_type == 'CASH' else 'future ' + listing.last_trade_date[:6]}"
