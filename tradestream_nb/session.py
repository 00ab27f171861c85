"""The notebook's face: the streams on a thread of their own, and live views of them."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from tradestream_nb.arguments import Handlers, as_name, as_port, as_source
from tradestream_nb.contract import Handler, spec_of
from tradestream_nb.dead_letters import DeadLetters
from tradestream_nb.errors import StreamFailed, UserError
from tradestream_nb.lifecycle import Lifecycle
from tradestream_nb.link import Link
from tradestream_nb.manager import ManagerStatus, StreamManager
from tradestream_nb.overview import overview
from tradestream_nb.reach import Reach
from tradestream_nb.sources.base import Source
from tradestream_nb.strategies.evaluator import StrategyEvaluator
from tradestream_nb.tables import numbered, table

if TYPE_CHECKING:
    from tradestream_nb.views.base import LiveView
    from tradestream_nb.views.player import PlayerView
    from tradestream_nb.views.shadow import ShadowView
    from tradestream_nb.views.tune import TuneView

T = TypeVar("T")


class Session:
    """Streams that run beside the notebook: start it, watch it, call it, stop it.

    >>> session = Session(source="sim", seed=7)
    >>> await session.start()  # doctest: +SKIP
    >>> session.prices()       # doctest: +SKIP

    A handler that a cell defines meanwhile comes into the streams when that cell ends: new, or in place of the one of
    its name, whose state it keeps. With `@handler(swap="ask")` it waits for a button. Until then the running one keeps
    the helpers and constants that it was defined with; a cell that changes only those has defined it anew, too.
    Running the session's own cell again replaces the session, and one that is forgotten takes its thread with it.
    """

    def __init__(
        self,
        source: str | Source = "sim",
        *,
        handlers: Handlers = None,
        auto_trade: bool = False,
        evaluator: StrategyEvaluator | None = None,
        price_interval: float | None = None,
        portfolio_interval: float = 5.0,
        parameters: Mapping[str, Mapping[str, Any]] | None = None,
        **options: Any,
    ) -> None:
        """`options` are the source's; handlers are functions or a folder, by default `handlers/` near the notebook.

        Raises UserError for anything that does not fit.
        """
        # Widgets take long to import, and who only imports the session needs none.
        from tradestream_nb.views.shelf import Shelf

        self.manager = StreamManager(
            as_source(source, options),
            handlers,
            auto_trade=auto_trade,
            evaluator=evaluator,
            price_interval=price_interval,
            portfolio_interval=portfolio_interval,
            parameters=parameters,
        )
        self._reach = Reach()
        self._shelf = Shelf(self.manager, self._reach)
        self._lifecycle = Lifecycle(self.manager, self._reach, self._shelf)

    async def start(self) -> Session:
        """Start the streams, in place of a session from an earlier run of its cell; a second call changes nothing."""
        await self._lifecycle.start()
        return self

    async def stop(self) -> None:
        """Stop the streams and end the thread; views keep what they show. A second call changes nothing."""
        await self._lifecycle.stop()

    async def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Await a coroutine that runs on the session's own loop; raises UserError when it is not started, or none."""
        return await self._reach.call(coroutine)

    @property
    def ib(self) -> Any:
        """The live IB object of a session with Interactive Brokers; make its `…Async` calls through `call`.

        Raises UserError for any other source, and before the first connection.
        """
        source = self.manager.source
        if not hasattr(source, "ib"):
            raise UserError(f"{source.name!r} has no broker; open the session with source='ibkr://…' or 'ibkr-sim'")
        return source.ib

    async def serve(self, port: int = 8765) -> Link:
        """Put the streams and their dashboard on a port of this machine until the session stops, and return the URL.

        Port 0 takes a free one. A second call changes nothing and returns the same. Raises UserError when the session
        is not started or the port is not to be had.
        """
        port = await self._lifecycle.serve(as_port(port))
        return Link(f"http://127.0.0.1:{port}/")

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
        """All of it side by side; a click on a price draws its chart."""
        return self._shelf.view("board")

    def chart(self, symbol: str) -> LiveView:
        """A live candlestick chart of the bars that a symbol's strategies see, marked with its signals and fills.

        Raises UserError for a symbol that there are no bars of; before there are any at all, the chart itself says so.
        """
        return self._shelf.view("chart", as_name("symbol", symbol))

    def player(self) -> PlayerView:
        """Buttons for a replay: pause and play, how fast, and where.

        Raises UserError for a live source, and for a replay that has ended.
        """
        return self._shelf.view("player")

    def tune(self, handler: str, **parameters: Any) -> TuneView:
        """Sliders and fields for a handler's parameters, after setting those that are given here.

        Raises UserError for a handler that there is not, or a parameter that does not fit.
        """
        view = self._shelf.view("tune", as_name("handler", handler))
        view.set(parameters)
        return view

    def shadow(self, function: Handler) -> ShadowView:
        """Run a handler beside the live one of its name, from a copy of its state, where nobody else hears it.

        Mark it with `swap="ask"`, or the cell that defines it puts it in. It takes the place of an earlier shadow.
        Raises UserError where no handler of that name runs, or one with another key.
        """
        from tradestream_nb.views.shadow import ShadowView

        view = ShadowView(self.manager.pipeline.host, function, self._reach)
        return self._shelf.put(view, "shadow", spec_of(function).name)

    def df(self, topic: str) -> pd.DataFrame:
        """What a topic holds: the newest message of every key of a state, the recent ones of a log.

        Raises UserError for a topic that there is not.
        """
        return table(self._reach(self.manager.hub.messages, as_name("topic", topic)), topic)

    def history(self, topic: str) -> pd.DataFrame:
        """The same with each message's `seq` in the topic as the index, oldest first.

        A log keeps its last thousand messages, so that the first `seq` says how many have gone. A state keeps no
        history: it has the newest message of every key, and the gaps are values that were overtaken.
        Raises UserError for a topic that there is not.
        """
        return numbered(self._reach(self.manager.hub.entries, as_name("topic", topic)), topic)

    def equity(self) -> pd.DataFrame:
        """What all accounts together were worth since the start: time and equity, thinned to at most 600 points."""
        return self._reach(lambda: self.manager.equity.df)

    @property
    def errors(self) -> DeadLetters:
        """The events that handlers failed on; `retry()` them after a fix."""
        pipeline, reach = self.manager.pipeline, self._reach
        return DeadLetters(reach(tuple, pipeline.host.dead_letters), lambda letters: reach(pipeline.retry, letters))

    def status(self) -> ManagerStatus:
        """Every stream's state, age and errors."""
        return self._reach(self.manager.status)

    def raise_if_failed(self) -> None:
        """Raise StreamFailed when a handler or a view has failed so far, or the source is failing now."""
        status, letters = self.status(), self.errors
        failures = [str(failure) for failure in self._shelf.failures]
        failures += [f"{letter.handler}: {letter.error}" for letter in letters]
        if self.manager.evaluator.failures:
            failures.append(self.manager.evaluator.last_failure)
        if status.state == "failing":
            failures.append(f"{status.source}: {status.text}")
        if failures:
            raise StreamFailed(f"{len(failures)} failed, last: {failures[-1]}")

    async def __aenter__(self) -> Session:
        return await self.start()

    async def __aexit__(self, *exception: object) -> None:
        await self.stop()

    def __repr__(self) -> str:
        """The same text in every run of a notebook, but for what the host had to do on its own account."""
        notices = self.manager.pipeline.host.notices
        told = f"; {notices[-1].handler} {notices[-1].text}" if notices else ""
        return f"<Session {self.manager.source.name}: {'running' if self._reach.thread else 'stopped'}{told}>"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        text, host = repr(self), self.manager.pipeline.host
        return {"text/plain": text, "text/html": self._reach(lambda: overview(text, self.manager.status(), host))}
