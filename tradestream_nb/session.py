"""The notebook's face: the streams on a thread of their own, and live views of them."""

from __future__ import annotations

import asyncio
import builtins
import weakref
from collections.abc import Callable, Coroutine, Iterable, Mapping
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import pandas as pd

from tradestream_nb.contract import Handler
from tradestream_nb.errors import StreamFailed, UserError
from tradestream_nb.host import DeadLetter
from tradestream_nb.loading import find_folder, load_folder
from tradestream_nb.loop_thread import LoopThread
from tradestream_nb.manager import ManagerStatus, StreamManager
from tradestream_nb.sources.base import Source
from tradestream_nb.sources.url import open_source
from tradestream_nb.strategies.evaluator import StrategyEvaluator
from tradestream_nb.tables import table

if TYPE_CHECKING:
    from tradestream_nb.views.base import LiveView
    from tradestream_nb.views.shelf import Shelf

T = TypeVar("T")


class Session:
    """Streams that run beside the notebook: start it, watch it, call it, stop it.

    >>> session = Session(source="sim", seed=7)
    >>> await session.start()  # doctest: +SKIP
    >>> session.prices()       # doctest: +SKIP

    Running its cell again replaces it, and a session that is forgotten takes its thread with it.
    """

    def __init__(
        self,
        source: str | Source = "sim",
        *,
        handlers: str | Path | Mapping[str, Handler] | Iterable[Handler] | None = None,
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
        self.manager = StreamManager(
            _opened(source, options),
            _functions(handlers),
            auto_trade=auto_trade,
            evaluator=evaluator,
            price_interval=price_interval,
            portfolio_interval=portfolio_interval,
            parameters=parameters,
        )
        self._cell = _running_cell()
        self._changing = asyncio.Lock()
        self._thread: LoopThread | None = None

    async def start(self) -> Session:
        """Start the streams, in place of a session from an earlier run of its cell; a second call changes nothing."""
        async with self._changing:
            if self._thread is None:
                await self._replace_earlier()
                await self._begin()
        return self

    async def stop(self) -> None:
        """Stop the streams and end the thread; views keep what they show. A second call changes nothing."""
        async with self._changing:
            if self._thread is not None:
                await self._finish(self._thread)

    async def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Await a coroutine that runs on the session's own loop; raises UserError when it is not started."""
        if self._thread is None:
            coroutine.close()
            raise UserError("the session is not running; await session.start() first")
        return await self._thread.call(coroutine)

    def prices(self) -> LiveView:
        """A live table of every symbol's price; each display of it is another window on the same widget."""
        return self._shelf.view("prices")

    def signals(self) -> LiveView:
        """A live table of what the strategies want, newest first."""
        return self._shelf.view("signals")

    def trades(self) -> LiveView:
        """A live table of every execution, newest first."""
        return self._shelf.view("trades")

    def portfolio(self) -> LiveView:
        """A live table of the open positions, with the account's totals."""
        return self._shelf.view("portfolio")

    def health(self) -> LiveView:
        """A live table of how each stream is doing."""
        return self._shelf.view("health")

    def board(self) -> LiveView:
        """Prices, portfolio, signals, trades and health side by side."""
        return self._shelf.view("board")

    def chart(self, symbol: str) -> LiveView:
        """A live candlestick chart of the bars that a symbol's strategies see, marked with its signals and fills.

        Raises UserError for a symbol that there are no bars of.
        """
        return self._shelf.view("chart", symbol)

    def df(self, topic: str) -> pd.DataFrame:
        """What a topic holds: the newest message of every key of a state, the recent ones of a log.

        Raises UserError for a topic that there is not.
        """
        return table(self._look(self.manager.hub.messages, topic), topic)

    @property
    def errors(self) -> list[DeadLetter]:
        """The events that handlers failed on."""
        return self._look(lambda: list(self.manager.pipeline.host.dead_letters))

    def status(self) -> ManagerStatus:
        """Every stream's state, age and errors."""
        return self._look(self.manager.status)

    def raise_if_failed(self) -> None:
        """Raise StreamFailed when a handler or a view has failed so far, or the source is failing now."""
        status, letters = self.status(), self.errors
        failures = [str(failure) for failure in self._shelf.failures]
        failures += [f"{letter.handler}: {letter.error}" for letter in letters]
        if status.state == "failing":
            failures.append(f"{status.source}: {status.text}")
        if failures:
            raise StreamFailed(f"{len(failures)} failed, last: {failures[-1]}")

    @cached_property
    def _shelf(self) -> Shelf:
        """Made when it is first needed, for a runner or a test that only imports the session needs no widgets."""
        from tradestream_nb.views.shelf import Shelf

        return Shelf(self.manager)

    def _look(self, function: Callable[..., T], *arguments: Any) -> T:
        """Read what belongs to the streams' thread, there while it runs."""
        return function(*arguments) if self._thread is None else self._thread.look(function, *arguments)

    async def _begin(self) -> None:
        self._thread = thread = LoopThread("tradestream", owner=self)
        try:
            await thread.call(self.manager.start_all())
        except BaseException:
            await self._finish(thread)
            raise
        self._shelf.start(thread)
        _running.add(self)

    async def _finish(self, thread: LoopThread) -> None:
        """Nothing on the thread touches hub or views any more once the session has let go of it."""
        self._shelf.pause()
        await thread.call(self.manager.stop_all())
        self._thread = None
        _running.discard(self)
        await thread.stop()
        self._shelf.stop()

    async def _replace_earlier(self) -> None:
        """Stop what an earlier run of this session's cell has left; the notebook's `Out` still holds it."""
        for other in tuple(_running):
            if self._cell and other._cell and self._cell.id == other._cell.id and self._cell.run != other._cell.run:
                await other.stop()

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


class Cell(NamedTuple):
    """A notebook's cell and which run of it."""

    id: str
    run: str


_running: weakref.WeakSet[Session] = weakref.WeakSet()


def _running_cell() -> Cell | None:
    """The cell that runs now; None where no notebook says."""
    shell = getattr(builtins, "get_ipython", lambda: None)()
    parent = getattr(shell, "parent_header", {})
    cell = parent.get("metadata", {}).get("cellId")
    return Cell(cell, parent["header"]["msg_id"]) if cell else None


def _opened(source: str | Source, options: dict[str, Any]) -> Source:
    if isinstance(source, str):
        return open_source(source, **options)
    if options:
        raise UserError(f"{', '.join(options)}: options go with a source's name; {source.name!r} is open already")
    return source


def _functions(handlers: str | Path | Mapping[str, Handler] | Iterable[Handler] | None) -> Iterable[Handler]:
    if handlers is None or isinstance(handlers, (str, Path)):
        return load_folder(handlers or find_folder())
    return handlers.values() if isinstance(handlers, Mapping) else handlers
