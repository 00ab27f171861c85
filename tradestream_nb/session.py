"""The notebook's face: the streams on a thread of their own, and live views of them."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable, Coroutine, Iterable, Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from tradestream_nb.contract import Handler
from tradestream_nb.errors import StreamFailed, UserError
from tradestream_nb.host import DeadLetter
from tradestream_nb.hub import Hub
from tradestream_nb.loading import find_folder, load_folder
from tradestream_nb.loop_thread import LoopThread
from tradestream_nb.manager import ManagerStatus, StreamManager
from tradestream_nb.messages import PriceUpdate
from tradestream_nb.sources.base import Source
from tradestream_nb.sources.url import open_source
from tradestream_nb.strategies.evaluator import StrategyEvaluator
from tradestream_nb.tables import table

if TYPE_CHECKING:
    from tradestream_nb.views.base import LiveView
    from tradestream_nb.views.prices import PricesView

T = TypeVar("T")

PUMP_EVERY = 0.2
"""Seconds between two frames of a live view."""


class Session:
    """Streams that run beside the notebook: start it, watch it, call it, stop it.

    >>> session = Session(source="sim", seed=7)
    >>> await session.start()  # doctest: +SKIP
    >>> session.prices()       # doctest: +SKIP
    """

    def __init__(
        self,
        source: str | Source = "sim",
        *,
        handlers: str | Path | Iterable[Handler] | None = None,
        auto_trade: bool = False,
        evaluator: StrategyEvaluator | None = None,
        price_interval: float | None = None,
        portfolio_interval: float = 5.0,
        parameters: Mapping[str, Mapping[str, Any]] | None = None,
        **options: Any,
    ) -> None:
        """`options` are the source's; handlers are functions or a folder, by default `handlers/` near the notebook.

        Raises UserError for a source, an option, a handler or a parameter that does not fit.
        """
        if handlers is None or isinstance(handlers, (str, Path)):
            handlers = load_folder(handlers or find_folder())
        self.manager = StreamManager(
            open_source(source, **options) if isinstance(source, str) else source,
            handlers,
            auto_trade=auto_trade,
            evaluator=evaluator,
            price_interval=price_interval,
            portfolio_interval=portfolio_interval,
            parameters=parameters,
        )
        self._thread: LoopThread | None = None
        self._finalizer: weakref.finalize[[], Any] | None = None
        self._prices: PricesView | None = None
        self._views: list[LiveView] = []
        self._failures: list[Exception] = []

    async def start(self) -> Session:
        """Start the streams; a second call changes nothing."""
        if self._thread is None:
            self._thread = LoopThread("tradestream")
            # A session that is forgotten, as when its cell runs again, takes its thread with it.
            self._finalizer = weakref.finalize(self, self._thread.stop)
            await self._thread.call(self.manager.start_all())
            self._thread.start(_pump(self._views, self._failures))
        return self

    async def stop(self) -> None:
        """Stop the streams and end the thread; views keep what they show. A second call changes nothing."""
        if self._thread is None or self._finalizer is None:
            return
        await self._thread.call(self.manager.stop_all())
        await asyncio.to_thread(self._finalizer)
        self._thread = self._finalizer = None

    async def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Await a coroutine that runs on the session's own loop; raises UserError when it is not started."""
        if self._thread is None:
            coroutine.close()
            raise UserError("the session is not running; await session.start() first")
        return await self._thread.call(coroutine)

    def prices(self) -> PricesView:
        """A live table of every symbol's price; each display of it is another window on the same widget."""
        if self._prices is None:
            from tradestream_nb.views.prices import PricesView

            self._prices = PricesView(self._look(PriceFeed, self.manager.hub))
            self._views.append(self._prices)
        return self._prices

    def df(self, topic: str) -> pd.DataFrame:
        """What a topic holds: the newest message of every key of a state, the recent ones of a log."""
        return table(self._look(self.manager.hub.messages, topic))

    @property
    def errors(self) -> list[DeadLetter]:
        """The events that handlers failed on."""
        return self._look(lambda: list(self.manager.pipeline.host.dead_letters))

    def status(self) -> ManagerStatus:
        """Every stream's state, age and errors."""
        return self._look(self.manager.status)

    def raise_if_failed(self) -> None:
        """Raise StreamFailed when the source, a handler or a view has failed since the start."""
        status, letters = self.status(), self.errors
        failures = [str(failure) for failure in self._failures]
        failures += [f"{letter.handler}: {letter.error}" for letter in letters]
        if status.state == "failing":
            failures.append(f"{status.source}: {status.text}")
        if failures:
            raise StreamFailed(f"{len(failures)} failed, last: {failures[-1]}")

    def _look(self, function: Callable[..., T], *arguments: Any) -> T:
        """Read what belongs to the streams' thread, there while it runs."""
        return function(*arguments) if self._thread is None else self._thread.look(function, *arguments)

    async def __aenter__(self) -> Session:
        return await self.start()

    async def __aexit__(self, *exception: object) -> None:
        await self.stop()

    def __repr__(self) -> str:
        """The same text in every run of a notebook."""
        return f"<Session {self.manager.source.name}: {'running' if self._thread else 'stopped'}>"

    def _repr_html_(self) -> str:
        streams = table(self.status().streams.values()).drop(columns=["age", "last_update"])
        return f"<p>{escape(repr(self))}</p>{streams.to_html(index=False)}"


class PriceFeed:
    """One reader of the price topic, for a view; made and read on the streams' thread."""

    def __init__(self, hub: Hub) -> None:
        self._mailbox = hub.open(lambda: None).mailbox
        self._mailbox.subscribe("price_updates")
        self._first = self.take()

    def snapshot(self) -> Mapping[str, PriceUpdate]:
        """The prices of every symbol when the feed was made; may be called from any thread."""
        return self._first

    def take(self) -> Mapping[str, PriceUpdate]:
        """What has changed since it was last taken."""
        return {entry.key: entry.message for batch in self._mailbox.take() for entry in batch.entries}


async def _pump(views: list[LiveView], failures: list[Exception]) -> None:
    """Send every view its frames; one that fails is left out from then on, and the others go on."""
    loop = asyncio.get_running_loop()
    while True:
        for view in tuple(views):
            try:
                view.pump(loop.time())
            except Exception as failure:
                failures.append(failure)
                views.remove(view)
        await asyncio.sleep(PUMP_EVERY)
