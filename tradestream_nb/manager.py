"""The four streams as one thing that is started and stopped with the application."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

import msgspec

from tradestream_nb import intervals, topics
from tradestream_nb.arguments import Handlers, as_evaluator, as_handlers, as_parameters, as_source, as_switch
from tradestream_nb.clock import SECOND
from tradestream_nb.equity import EquityTrail
from tradestream_nb.errors import TradestreamError, UserError
from tradestream_nb.events import AnyEvent, Bar, Fill, Quote
from tradestream_nb.health import StreamStatus
from tradestream_nb.hub import Hub
from tradestream_nb.messages import PortfolioUpdate, SignalRaised, StreamState
from tradestream_nb.pipeline import Pipeline, Reaction
from tradestream_nb.restarts import run_until_it_ends
from tradestream_nb.sim.account import PaperAccount
from tradestream_nb.sources.base import Source
from tradestream_nb.sources.broker import Brokerage, BrokerReport
from tradestream_nb.strategies import STRATEGIES
from tradestream_nb.strategies.evaluator import StrategyEvaluator
from tradestream_nb.stream_clock import StreamClock
from tradestream_nb.vitals import Vitals

logger = logging.getLogger(__name__)

TICK = 0.05
"""Seconds between two looks at what is due already and has not come yet."""
TELL = 1.0
"""Seconds between two looks at how the streams are doing."""
RECORD = 200
"""Events of each handler that are kept to try new code on."""
WAITING = "waiting for the first client"


class ManagerStatus(msgspec.Struct, frozen=True):
    """The manager as a whole."""

    source: str
    state: StreamState
    text: str
    events: int
    dead_letters: int
    streams: dict[str, StreamStatus]
    broker: BrokerReport | None = None


class StreamManager:
    """Runs a source through handlers, strategies and a paper account into a hub, and restarts it when it fails."""

    def __init__(
        self,
        source: Source | str = "sim",
        handlers: Handlers = None,
        *,
        evaluator: StrategyEvaluator | None = None,
        auto_trade: bool = False,
        price_interval: float | None = None,
        portfolio_interval: float = 5.0,
        parameters: Mapping[str, Mapping[str, Any]] | None = None,
        wait_for_reader: bool = False,
    ) -> None:
        """`handlers` are by default those of the nearest folder, `parameters` the values to set, by handler and name.

        Intervals are in seconds. With `wait_for_reader` the source starts when the first reader has subscribed, so
        that a replay is not over before anyone sees it.

        Raises UserError for anything that does not fit.
        """
        self.source = as_source(source, {})
        self.price_interval = intervals.price_interval(price_interval, polled=self.source.polled)
        self.evaluator = as_evaluator(evaluator) or default_evaluator()
        self.account = PaperAccount(
            mark_every=intervals.portfolio_interval(portfolio_interval), auto_trade=as_switch(auto_trade)
        )
        broker = self.source if isinstance(self.source, Brokerage) else None
        self.hub = Hub(price_interval=self.price_interval)
        self.equity = EquityTrail()
        self.pipeline = Pipeline(as_handlers(handlers), self.hub, self._reactions(broker, auto_trade), record=RECORD)
        self._clock = StreamClock(virtual=self.source.virtual)
        self._vitals = Vitals(
            self.pipeline, self.evaluator, now=self._clock.now, price_interval=self.price_interval, broker=broker
        )
        for name, values in as_parameters(parameters).items():
            self.pipeline.host.configure(name, values)
        self._wait_for_reader = wait_for_reader
        self._tasks: list[asyncio.Task[None]] = []
        self._thread = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start_all(self) -> None:
        """Start the streams, with what the host did in an earlier run forgotten; a second call changes nothing."""
        if self._tasks:
            return
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._clock.seconds = self._loop.time
        self.pipeline.host.notices.clear()
        self._vitals.source_is("starting")
        self.evaluator.add_signal_callback(self.inject)
        self._tasks = [asyncio.create_task(self._supervise()), asyncio.create_task(self._tick())]

    async def stop_all(self) -> None:
        """Stop the streams and release what waits; a second call changes nothing."""
        if not self._tasks:
            return
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.evaluator.remove_signal_callback(self.inject)
        self._vitals.source_is("stopped")
        self._vitals.publish()
        self.hub.flush()

    def inject(self, event: AnyEvent) -> None:
        """Take an event from outside the source, such as a strategy's signal; callable from any thread.

        An event without a time happens now. Raises UserError before the streams are started.
        """
        if self._loop is None:
            raise UserError("the streams are not started yet; call start_all() before an event is put in")
        if not event.ts:
            event = msgspec.structs.replace(event, ts=self.now())
        if threading.get_ident() == self._thread:
            self._take(event)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._take, event)

    def put(self, event: Any) -> None:
        """Take an event of the source, on the manager's own thread; a virtual source may go back in time."""
        if self.source.virtual and self._clock.would_go_back(event.ts):
            self.evaluator.rewind(event.ts)
            self.pipeline.host.rewind()
        self._take(event)

    def _take(self, event: Any) -> None:
        # A broker may tell of an execution long after it happened; the time is not that of its telling.
        if not isinstance(event, Fill):
            self._clock.set(event.ts)
        self.pipeline.put(event)

    async def drain(self) -> None:
        """Let the readers have their turn; a replay waits here for those that cannot take more."""
        await asyncio.sleep(0)
        if self.source.virtual:
            await _until(lambda: not self.hub.blocked)

    def now(self) -> int:
        """The streams' own clock in epoch µs: the newest event's time, moved on by the time that passed since."""
        return self._clock.now()

    @property
    def state(self) -> StreamState:
        """How the source is."""
        return self._vitals.state

    @property
    def waiting(self) -> bool:
        """Whether everything is there, and the source begins with the first reader."""
        return self.state == "starting" and self._vitals.text == WAITING

    def status(self) -> ManagerStatus:
        """Every stream's state, age, errors and seq."""
        errors, report = sum(self.pipeline.host.errors.values()), self._vitals.report()
        return ManagerStatus(
            self.source.name,
            self.state,
            self._vitals.text,
            self.pipeline.events,
            errors,
            self._vitals.streams(report),
            report,
        )

    def _reactions(self, broker: Brokerage | None, auto_trade: bool) -> Iterator[Reaction]:
        """Strategies, then what trades their signals: the broker, or a paper account where there is none."""
        yield Reaction(self.evaluator.feed, (Quote, Bar))
        if broker is None:
            yield Reaction(self.account.on_event, (Quote, SignalRaised))
        elif auto_trade:
            yield Reaction(broker.trader())
        yield Reaction(self.equity.note, (PortfolioUpdate,))

    async def _supervise(self) -> None:
        """Run the source, again where it fails, until it ends."""
        await run_until_it_ends(self._run, failed=self._fail)
        self._vitals.source_is("ended")
        self.hub.flush()

    def _fail(self, error: BaseException) -> None:
        known = isinstance(error, TradestreamError)
        text = str(error) if known else f"{type(error).__name__}: {error}"
        logger.error("source %s failed: %s", self.source.name, text, exc_info=None if known else error)
        self._vitals.source_is("failing", text)
        self._vitals.publish()

    async def _run(self) -> None:
        """Warm the strategies up, wait for a reader where one is waited for, and run the source."""
        self.evaluator.warm_up(await self._history())
        if self._wait_for_reader:
            self._vitals.source_is("starting", WAITING)
            await _until(lambda: self.hub.readers > 0)
        self._vitals.source_is("ok")
        await self.source.run(self)

    async def _history(self) -> Iterable[Bar]:
        history, seconds = self.source.history, self.evaluator.bar_seconds
        if inspect.iscoroutinefunction(history):
            bars: Iterable[Bar] = await history(seconds)
            return bars
        return await asyncio.to_thread(lambda: list(cast(Iterable[Bar], history(seconds))))

    async def _tick(self) -> None:
        """Release what has become due, and publish health every second."""
        time = asyncio.get_running_loop().time
        tell = time()
        while True:
            pause = min(tell - time(), self._quiet())
            await asyncio.sleep(pause if pause > 0 else TICK)
            try:
                if not self.source.virtual:
                    self.pipeline.advance(self.now())
            except Exception:
                # What reacts to a timer's messages; the next is not its fault.
                logger.exception("what was due has failed")
            if time() >= tell:
                tell = time() + TELL
                self._vitals.publish()

    def _quiet(self) -> float:
        """Seconds to sleep before anything can become due, be it from an event that comes meanwhile."""
        soonest = min(max(TICK, self.price_interval or TELL), topics.LEAD / SECOND)
        due = None if self.source.virtual else self.pipeline.due
        return soonest if due is None else min(soonest, (due - self.now()) / SECOND)


def default_evaluator() -> StrategyEvaluator:
    """An evaluator with every strategy that comes with the package."""
    evaluator = StrategyEvaluator()
    for strategy in STRATEGIES.values():
        evaluator.add(strategy)
    return evaluator


async def _until(holds: Callable[[], bool]) -> None:
    """Wait until it holds, by looking again and again: the hub knows of no loop that could tell."""
    while not holds():  # noqa: ASYNC110
        await asyncio.sleep(TICK / 10)


_manager: StreamManager | None = None


def get_stream_manager(**options: Any) -> StreamManager:
    """The manager of this process, made by the first call; raises UserError for options given to a later one."""
    global _manager
    if _manager is None:
        _manager = StreamManager(**options)
    elif options:
        raise UserError(f"the stream manager exists already; {', '.join(options)} can only be given to the first call")
    return _manager
