"""A request for historical bars: read from its fields, and checked."""

from __future__ import annotations

import msgspec

from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.codes import Code
from tradestream_nb.sim.tws.fields import Fields, WireContract
from tradestream_nb.sim.tws.spans import BAR_SIZES, SMALL_BAR, duration, end_time
from tradestream_nb.sim.tws.views import is_shown

PREFIX = "Historical Market Data Service error message:"
EPOCH_DATES = 2


class HistoryRequest(msgspec.Struct, frozen=True):
    """What bars are wanted, in the client's words."""

    request_id: int
    contract: WireContract
    end: str
    bar_size: str
    length: str
    what: str
    epoch: bool
    keep_up: bool

    @property
    def seconds(self) -> int:
        """The length of a bar."""
        return BAR_SIZES[self.bar_size]

    @property
    def is_small(self) -> bool:
        """Whether such bars are rationed."""
        return self.seconds <= SMALL_BAR

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two requests the same."""
        return (repr(self.contract), self.end, self.bar_size, self.length, self.what)

    def problem(self, listing: Listing) -> tuple[Code, str] | None:
        """Why it cannot be answered."""
        if self.bar_size not in BAR_SIZES:
            return Code.HISTORY, f"{PREFIX}invalid step: {self.bar_size}"
        if duration(self.length) is None:
            return Code.INVALID, _invalid(f"{self.length!r} is no duration; as in 1800 S, 2 D, 1 W, 1 M or 1 Y")
        if self.end and end_time(self.end) is None:
            return Code.INVALID, _invalid(f"{self.end!r} is no end time; as in 20261123 10:00:00 US/Eastern")
        if self.end and self.keep_up:
            return Code.INVALID, _invalid("bars that are kept up to date have no end time")
        if not is_shown(self.what, listing):
            return (
                Code.HISTORY,
                f"{PREFIX}No historical market data for {listing.symbol}/{listing.sec_type} {self.what}",
            )
        return None


def read_request(fields: Fields) -> HistoryRequest:
    """The request that these fields make; raises Malformed when they do not."""
    request_id, contract = fields.integer(), fields.contract()
    fields.skip()
    end, bar_size, length = fields.text(), fields.text(), fields.text()
    fields.skip()
    what, date_format = fields.text(), fields.integer()
    return HistoryRequest(request_id, contract, end, bar_size, length, what, date_format == EPOCH_DATES, fields.flag())


def _invalid(cause: str) -> str:
    return f"Error validating request.-'bT' : cause - {cause}"
