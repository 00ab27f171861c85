"""Interactive Brokers as a source of quotes, bars, portfolio and executions, for as long as anyone wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from tradestream_nb.clock import SECOND, now
from tradestream_nb.errors import SourceError, UserError
from tradestream_nb.events import Bar, BrokerStatus, Event, Fill
from tradestream_nb.messages import StreamState
from tradestream_nb.sources.base import Outlet
from tradestream_nb.sources.broker import BrokerReport, Condition
from tradestream_nb.sources.ibkr.budget import MESSAGES, Rate
from tradestream_nb.sources.ibkr.codes import notice_of
from tradestream_nb.sources.ibkr.connection import Connection
from tradestream_nb.sources.ibkr.executions import Executions
from tradestream_nb.sources.ibkr.feeds import Feeds
from tradestream_nb.sources.ibkr.library import guarded, library_name, tap
from tradestream_nb.sources.ibkr.options import IbkrOptions, parse_address
from tradestream_nb.sources.ibkr.orders import Trader
from tradestream_nb.sources.ibkr.past import past_bars
from tradestream_nb.sources.ibkr.portfolio import Portfolio
from tradestream_nb.sources.ibkr.registry import Feed
from tradestream_nb.sources.ibkr.symbols import parse_symbol, symbol_of
from tradestream_nb.sources.ibkr.troubles import Troubles

BEAT = 0.25
"""Seconds between two looks at what has become due."""
MARKET_TOPICS = ("price_updates",)
ACCOUNT_TOPICS = ("portfolio", "trades")


class IbkrSource:
    """One user's connection to TWS or IB Gateway; a run ends with SourceLost when it breaks, and the next renews it.

    What is wanted, held and was executed is kept from run to run, so that nothing is missed and nothing comes twice.
    """

    Options: type[IbkrOptions] = IbkrOptions
    name = "ibkr"
    polled = False
    virtual = False

    def __init__(self, host: str, port: int, options: IbkrOptions) -> None:
        library_name()
        self.options = options
        self._outlet: Outlet | None = None
        self._early: list[Event] = []
        self._catching_up: set[asyncio.Task[None]] = set()
        self._troubles = Troubles()
        self._rate = Rate(MESSAGES)
        self.connection = Connection(host, port, options, prepare=self._attach)
        self.feeds = Feeds(self.connection, options, self._troubles, self._put)
        self.executions = Executions(self.connection, account=options.account, put=self._put)
        self.portfolio = Portfolio(self.connection, account=options.account, polled=options.poll > 0, put=self._put)
        for name in options.wanted():
            self.feeds.registry.hold(name, "quotes")
            if options.wants_bars:
                self.feeds.registry.hold(name, "bars")
        for name in options.tick_by_tick():
            self.feeds.registry.hold(name, "ticks")

    @classmethod
    def open(cls, path: str, options: IbkrOptions) -> IbkrSource:
        """The source for `ibkr://HOST:PORT?…`; raises SourceError also where the broker's library is missing."""
        return cls(*parse_address(path), options)

    @property
    def ib(self) -> Any:
        """The library's live IB object, the same through all connections; raises UserError before the first."""
        if self.connection.ib is None:
            raise UserError(f"{self.name}: TWS has not been connected yet")
        return self.connection.ib

    async def history(self, seconds: float) -> Iterable[Bar]:
        """Connect, and fetch the bars before now of every symbol; none where the broker has no bars of that length."""
        await self._connect()
        try:
            return await past_bars(self.connection, self.feeds.instruments.values(), seconds)
        except BaseException:
            self.connection.close()
            raise

    async def run(self, outlet: Outlet) -> None:
        """Put events until the connection is lost or the run is cancelled."""
        await self._connect()
        self._outlet, early, self._early = outlet, self._early, []
        for event in early:
            outlet.put(event)
        polls = [self.portfolio.keep_polling(self.options.poll)] if self.options.poll else []
        polls += [self.executions.keep_recovering(self.options.fills_every), self.feeds.keep_learning()]
        try:
            await _until_one_fails(self.connection.watch(), self._keep_looking(), *polls)
        finally:
            self._outlet = None
            self.connection.close()
            outlet.put(BrokerStatus(self.name, False, text="disconnected", ts=now()))

    async def subscribe(self, symbol: str, feed: Feed = "quotes") -> None:
        """Want one more feed; a second time costs nothing. Raises SourceError when there is no room for it."""
        await self.feeds.hold(parse_symbol(symbol), feed)

    async def unsubscribe(self, symbol: str, feed: Feed = "quotes") -> None:
        """Want a feed no longer, as often as it was wanted."""
        self.feeds.release(parse_symbol(symbol), feed)

    def trader(self) -> Callable[[Any], Iterable[Event] | None]:
        """What turns signals into market orders; raises SourceError when the source is read-only."""
        if self.options.is_readonly:
            raise SourceError(f"{self.name}: the source is read-only; add readonly=no to let --auto-trade send orders")
        return Trader(self.connection, self.feeds.instruments, self._troubles, account=self.options.account)

    def report(self) -> BrokerReport:
        """How connection, data and budgets are now."""
        ts = now()
        why_stale = self._why_stale(ts)
        topics = MARKET_TOPICS if self._is_reached(ts) else MARKET_TOPICS + ACCOUNT_TOPICS
        registry = self.feeds.registry
        return BrokerReport(
            connected=self.connection.is_open,
            accounts=self.portfolio.accounts(),
            quiet=self.feeds.quiet(ts),
            heard=self.feeds.heard(ts) or None,
            stale=dict.fromkeys(topics, why_stale) if why_stale else {},
            conditions=self._conditions(ts, why_stale),
            budgets={"lines": registry.lines.use, "tick_by_tick": registry.ticks.use, "messages": self._rate.use},
        )

    def _is_reached(self, ts: int) -> bool:
        """Whether IBKR itself can be heard: TWS is connected, and has not lost its own connection."""
        return self.connection.is_open and not self._troubles.is_cut_off(ts)

    def _why_stale(self, ts: int) -> str:
        """Why prices are stale, in a sentence; empty when they are not."""
        if not self.connection.is_open:
            return "TWS is not connected."
        silent = "No data of any symbol." if self.feeds.all_silent(ts) else ""
        return self._troubles.stale(ts) or silent

    def _conditions(self, ts: int, why_stale: str) -> dict[str, Condition]:
        """The source's own condition, then that of each symbol or data farm that something is wrong with."""
        state: StreamState = "failing" if not self.connection.is_open else "stale" if why_stale else "ok"
        conditions = {"": Condition(state, why_stale)}
        if not why_stale:
            for symbol, seconds in self.feeds.silent(ts).items():
                conditions[symbol] = Condition("stale", f"No data of {symbol} for {seconds:.0f} s.")
        for notice in self._troubles.current(ts):
            # What makes everything stale is the source's own condition already.
            if notice.subject or not why_stale:
                conditions[notice.subject] = Condition(notice.state, notice.text)
        return {f"{self.name} {subject}".rstrip(): condition for subject, condition in conditions.items()}

    async def _connect(self) -> None:
        """Make a connection and ask for all that is wanted, unless there is one already."""
        if self.connection.is_open:
            return
        self._troubles.clear()
        self._early = [event for event in self._early if isinstance(event, Fill)]
        self.portfolio.forget_subscriptions()
        await self.connection.open()
        try:
            self._put(BrokerStatus(self.name, True, text="connected", ts=now()))
            self.portfolio.start()
            await self.feeds.restore()
        except BaseException:
            self.connection.close()
            raise

    async def _keep_looking(self) -> None:
        """Look again and again at what has become due."""
        while True:
            await asyncio.sleep(BEAT)
            self.executions.tell_due()
            self.feeds.check()
            self._rate.read(self.connection.messages_sent, now() / SECOND)

    def _attach(self, ib: Any) -> None:
        """Hear of everything; these callbacks stay through all connections of the object."""
        tap(ib, self.executions.on_execution, self.executions.on_commission)
        ib.errorEvent += guarded(self._on_message)
        ib.pendingTickersEvent += guarded(self.feeds.on_tickers)
        ib.barUpdateEvent += guarded(self.feeds.on_bars)
        ib.positionEvent += guarded(self.portfolio.on_position)
        ib.updatePortfolioEvent += guarded(self.portfolio.on_item)
        ib.accountValueEvent += guarded(self.portfolio.on_value)
        ib.pnlEvent += guarded(self.portfolio.on_pnl)
        ib.pnlSingleEvent += guarded(self.portfolio.on_single)
        ib.updateEvent += guarded(self.portfolio.on_packet)

    def _on_message(self, request_id: int, code: int, text: str, contract: Any) -> None:
        """Take in one of the broker's numbered messages, and do what it calls for."""
        notice = notice_of(code, text, self._subject(request_id, contract))
        ts = now()
        if notice is not None:
            self._troubles.note(notice, ts)
        self._put(BrokerStatus(self.name, self._is_reached(ts), code, notice.text if notice else text, ts))
        if notice is None or not self.connection.is_open:
            return
        if notice.kind == "back_empty":
            self.feeds.ask_again(self.feeds.registry, afresh=True)
        if notice.kind in ("back", "farm_up"):
            self.feeds.verify()
        if notice.kind in ("back", "back_empty"):
            task = asyncio.ensure_future(self._catch_up(lost=notice.kind == "back_empty"))
            self._catching_up.add(task)
            task.add_done_callback(self._catching_up.discard)

    async def _catch_up(self, *, lost: bool) -> None:
        """Learn of what happened while TWS was cut off."""
        await self.executions.recover()
        if lost and self.connection.is_open:
            await self.portfolio.renew()

    def _subject(self, request_id: int, contract: Any) -> str:
        """The symbol that a message is about: the request's, or the order's."""
        if contract is None and request_id > 0:
            trades = (trade for trade in self.connection.ib.trades() if trade.order.orderId == request_id)
            contract = next((trade.contract for trade in trades), None)
        return symbol_of(contract) if contract is not None else ""

    def _put(self, event: Event) -> None:
        """Pass an event on; what comes before anyone listens is kept until then."""
        if self._outlet is None:
            self._early.append(event)
        else:
            self._outlet.put(event)


async def _until_one_fails(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Run them side by side until one fails, which cancels the others and is raised."""
    tasks = [asyncio.ensure_future(each) for each in coroutines]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
