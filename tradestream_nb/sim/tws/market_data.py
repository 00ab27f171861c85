"""Market data: subscriptions and snapshots of quotes, live, frozen or delayed."""

from __future__ import annotations

from collections.abc import Mapping

from tradestream_nb.events import Quote
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.codes import Code, Reply, Request
from tradestream_nb.sim.tws.feed import Feed
from tradestream_nb.sim.tws.fields import Fields
from tradestream_nb.sim.tws.figures import TELLERS, WEEK, Figures, generic_ticks
from tradestream_nb.sim.tws.lines import DELAYED, DELAYED_FROZEN, FROZEN, LIVE, DataType, Line
from tradestream_nb.sim.tws.part import Answer
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.sizes import SizeBook, Sizes
from tradestream_nb.sim.tws.tape import Candle
from tradestream_nb.sim.tws.ticks import Tick, basic_ticks, no_quote_ticks
from tradestream_nb.sim.tws.world import World

MOST_LINES = 100
"""What an account may watch at once, over all its clients."""
DAY = 86_400
NO_BASIC = "mdoff"


class MarketData(Feed[Line]):
    """Keeps the lines of every client and tells each what changed."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._types: dict[int, int] = {}
        self._sizes: dict[int, SizeBook] = {}
        self._years: dict[int, list[Candle]] = {}

    def answers(self) -> Mapping[Request, Answer]:
        """Requests about quotes."""
        return {
            Request.MARKET_DATA: self._subscribe,
            Request.CANCEL_MARKET_DATA: self.cancel_versioned,
            Request.MARKET_DATA_TYPE: self._choose_type,
        }

    def on_quote(self, listing: Listing, quote: Quote) -> None:
        """Tell every line on this contract."""
        sizes = self._book(listing).move(self.world.prices.traded(listing.con_id))
        for line in self.watches.on(listing):
            self._tell(line, quote, sizes)

    def on_leave(self, session: Session) -> None:
        """Forget the client's lines and its choice of data."""
        super().on_leave(session)
        self._types.pop(session.client_id, None)

    def on_data_error(self, code: int, text: str) -> None:
        """Tell every line of a problem."""
        for line in self.watches:
            line.fail(code, text)

    def _choose_type(self, session: Session, fields: Fields) -> None:
        fields.skip()
        self._types[session.client_id] = fields.integer()

    def _subscribe(self, session: Session, fields: Fields) -> None:
        fields.skip()
        request_id, listing = self.read_target(session, fields)
        if listing is None:
            return
        if fields.flag():
            fields.skip(3)
        named, snapshot = [each.strip() for each in fields.text().split(",") if each.strip()], fields.flag()
        generics = _numbers(named)
        if generics is None:
            legal = ",".join(map(str, TELLERS))
            text = (
                f"cause - Incorrect generic tick list of {','.join(named)}.  Legal ones for ({listing.sec_type}) are: "
            )
            return session.error(request_id, Code.INVALID, f"Error validating request.-'bQ' : {text}{legal}")
        asked = self._types.get(session.client_id, LIVE)
        line = Line(session, request_id, listing, generics, basic=NO_BASIC not in named, asked=asked)
        if self._may_open(line):
            self._open(line, snapshot=snapshot)

    def _may_open(self, line: Line) -> bool:
        if self.watches.has(line.session, line.request_id):
            line.fail(
                Code.DUPLICATE_ID, "Error processing request.-'bN' : cause - Duplicate ticker ID for API request."
            )
        elif self.world.options.limits and len(self.watches) >= MOST_LINES:
            line.fail(Code.TOO_MANY_LINES, "Max number of tickers has been reached")
        elif self.world.trouble.competing:
            line.fail(Code.COMPETING_SESSION, "No market data during competing live session")
        elif not self.world.options.subscribed and line.asked < DELAYED:
            text = "Requested market data is not subscribed.Delayed market data is available."
            line.fail(Code.NOT_SUBSCRIBED, text)
        else:
            return True
        return False

    def _open(self, line: Line, *, snapshot: bool) -> None:
        quote = self.world.prices.quote(line.listing.con_id)
        sizes = self._book(line.listing).now
        if not self.world.options.subscribed:
            line.fail(Code.DELAYED_INSTEAD, "Requested market data is not subscribed. Displaying delayed market data.")
        line.describe()
        self._tell(line, quote, sizes)
        if snapshot:
            line.session.send(Reply.TICK_SNAPSHOT_END, 1, line.request_id)
        else:
            self.watches.put(line)

    def _tell(self, line: Line, quote: Quote, sizes: Sizes) -> None:
        trouble = self.world.trouble
        if trouble.is_silent(line.listing):
            return
        kind = self._kind(line)
        line.become(kind)
        if trouble.is_open or kind in (FROZEN, DELAYED_FROZEN):
            line.tell(self._ticks(line, quote, sizes))
        else:
            line.tell(no_quote_ticks(quote))

    def _kind(self, line: Line) -> DataType:
        """What the client gets: live data wins where it is paid for, and frozen data only while nobody trades."""
        frozen = line.asked in (FROZEN, DELAYED_FROZEN) and not self.world.trouble.is_open
        if self.world.options.subscribed:
            return FROZEN if frozen else LIVE
        return DELAYED_FROZEN if frozen else DELAYED

    def _ticks(self, line: Line, quote: Quote, sizes: Sizes) -> list[Tick]:
        ticks = list(basic_ticks(quote, sizes, line.listing.sec_type)) if line.basic else []
        if line.generics:
            ticks += generic_ticks(line.generics, Figures(self._year(line.listing), quote, sizes))
        return ticks

    def _year(self, listing: Listing) -> list[Candle]:
        """The days of the last year, kept because every quote needs them."""
        year = self._years.get(listing.con_id)
        if year is None:
            year = self._years[listing.con_id] = self.world.prices.history(listing.con_id, DAY)[-52 * WEEK :]
        return year

    def _book(self, listing: Listing) -> SizeBook:
        book = self._sizes.get(listing.con_id)
        if book is None:
            book = self._sizes[listing.con_id] = SizeBook(listing, self.world.options.seed)
        return book


def _numbers(named: list[str]) -> tuple[int, ...] | None:
    """The generic ticks that are named; None when one of them does not exist."""
    numbers = [name for name in named if name != NO_BASIC]
    if not all(name.isdecimal() and int(name) in TELLERS for name in numbers):
        return None
    return tuple(int(name) for name in numbers)
