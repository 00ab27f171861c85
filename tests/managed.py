"""Small sources to run a manager on, and managers that are stopped again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from tests.patience import PATIENCE
from tradestream_nb.contract import Handler
from tradestream_nb.errors import SourceError
from tradestream_nb.events import Bar, Event
from tradestream_nb.loading import load_folder, standard_folder
from tradestream_nb.manager import StreamManager
from tradestream_nb.messages import SignalRaised
from tradestream_nb.sources.base import Outlet, Source
from tradestream_nb.sources.broker import BrokerReport
from tradestream_nb.strategies.evaluator import StrategyEvaluator

HANDLERS = load_folder(standard_folder())


class Scripted:
    """Puts its events; then ends when it is virtual, and stays silent when it is live."""

    name = "script"

    def __init__(
        self, *events: Event, virtual: bool = False, polled: bool = False, history: Iterable[Bar] = ()
    ) -> None:
        self.events, self.virtual, self.polled = events, virtual, polled
        self.bars = list(history)
        self.runs = 0

    async def run(self, outlet: Outlet) -> None:
        self.runs += 1
        for event in self.events:
            outlet.put(event)
            await outlet.drain()
        if not self.virtual:
            await asyncio.Event().wait()

    def history(self, seconds: float) -> Iterable[Bar]:
        return self.bars


class Broker(Scripted):
    """A scripted source with an account of its own."""

    def __init__(self, *events: Event, says: BrokerReport | None = None, trades: bool = True) -> None:
        super().__init__(*events)
        self.says = says or BrokerReport(connected=True)
        self.ordered: list[str] = []
        self._trades = trades

    def report(self) -> BrokerReport:
        return self.says

    def trader(self) -> Callable[[Any], Iterable[Event] | None]:
        if not self._trades:
            raise SourceError("script: orders are not let through; add readonly=no")
        return lambda fact: self.ordered.append(fact.symbol) if isinstance(fact, SignalRaised) else None


@asynccontextmanager
async def managed(
    source: Source,
    handlers: Iterable[Handler] = HANDLERS,
    *,
    evaluator: StrategyEvaluator | None = None,
    **options: Any,
) -> AsyncIterator[StreamManager]:
    """A started manager with the standard handlers and no strategies, stopped at the end."""
    manager = StreamManager(source, handlers, evaluator=evaluator or StrategyEvaluator(), **options)
    await manager.start_all()
    try:
        yield manager
    finally:
        await manager.stop_all()


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until it holds; fail when it does not in a long time."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
