"""The live views of one session: made once each, pumped together, and closed."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Literal, TypeVar, overload

from tradestream_nb.errors import UserError
from tradestream_nb.loop_thread import LoopThread
from tradestream_nb.manager import StreamManager
from tradestream_nb.reach import Reach
from tradestream_nb.views.base import LiveView
from tradestream_nb.views.board import BoardView
from tradestream_nb.views.chart import ChartView
from tradestream_nb.views.chart_feed import known
from tradestream_nb.views.feed import Feed, feeds
from tradestream_nb.views.panels import (
    PRICES,
    HealthView,
    PanelInputs,
    PanelsView,
    PortfolioView,
    PricesView,
    SignalsView,
    TradesView,
)
from tradestream_nb.views.player import PlayerView
from tradestream_nb.views.price_sheet import PriceSheet
from tradestream_nb.views.tune import TuneView
from tradestream_nb.views.view import View

PUMP_EVERY = 0.2
"""Seconds between two frames of a live view."""
KEEP_EVERY = 1.0
"""Seconds between two looks at prices that nobody sees, for the lines that are there once somebody does."""
MOST = 30
"""Frames of all views in one round. JupyterLab's server drops messages where a kernel sends very many."""

Live = Literal["prices", "signals", "trades", "portfolio", "health", "board", "chart"]
"""Kinds of view that show the newest of what goes by."""

V = TypeVar("V", bound=View)

Make = Callable[..., View]
"""Makes a view for a shelf, from the view's own arguments."""


class Shelf:
    """Keeps one widget of each kind; it is asked on the notebook's thread and pumps on the streams'."""

    def __init__(self, manager: StreamManager, reach: Reach) -> None:
        self.failures: list[Exception] = []
        """What views have failed with."""
        self.manager, self.reach = manager, reach
        self.prices = PriceSheet(Feed(manager.hub, PRICES))
        self._kept_at = float("-inf")
        self._views: dict[tuple[Any, ...], View] = {}
        self._pumping: Future[None] = Future()
        self._still = "stopped"
        """Why nothing new comes; empty while it may."""
        self._turn = threading.RLock()

    @overload
    def view(self, kind: Live, *arguments: str) -> LiveView: ...
    @overload
    def view(self, kind: Literal["player"]) -> PlayerView: ...
    @overload
    def view(self, kind: Literal["tune"], handler: str, /) -> TuneView: ...
    def view(self, kind: str, *arguments: str) -> View:
        """The view of that kind, made when there is none yet or the last one was closed or has failed.

        Raises UserError for arguments that it does not take, and for a player of what has ended.
        """
        name = (kind, *arguments)
        view = self._views.get(name)
        if view is None or view.comm is None:
            view = self.put(KINDS[kind](self, *arguments), *name)
        return view

    def put(self, view: V, *name: Any) -> V:
        """Pump this view too; one that had the name before is closed."""
        before = self._views.get(name)
        if before is not None:
            before.close()
        view.on_msg(self._answer)
        with self._turn:
            self._views[name] = view
            self._tell(self._still)
        return view

    def start(self, thread: LoopThread) -> None:
        """Pump on this thread, on which the streams run."""
        self._tell("")
        self._pumping = thread.start(self._pump())
        # However that comes to its end, be it because the session was forgotten.
        self._pumping.add_done_callback(lambda _: self._tell("stopped"))

    def pause(self) -> None:
        """Pump no more; to be called while the thread still runs."""
        self._pumping.cancel()

    def stop(self) -> None:
        """Show the last state, once the thread has ended; a view that is opened later shows it too."""
        self.pump(time.monotonic())

    def pump(self, now: float) -> None:
        """Send every view its frame, those first that have waited longest; a view that fails is left out from then on.

        `now` is in monotonic seconds.
        """
        with self._turn:
            if now - self._kept_at >= KEEP_EVERY:
                self._keep(now)
            sent = 0
            for name, view in sorted(self._views.copy().items(), key=lambda item: item[1].sent_at):
                sent += self._pump_one(name, view, now)
                if sent == MOST:
                    return

    def _keep(self, now: float) -> None:
        self._kept_at = now
        try:
            self.prices.take()
        except Exception as failure:
            # Once is enough; views of such prices fail by themselves.
            self.failures.append(failure)
            self._kept_at = float("inf")

    def _pump_one(self, name: tuple[Any, ...], view: View, now: float) -> bool:
        try:
            return view.pump(now)
        except Exception as failure:
            self._leave_out(name, view, failure)
            return False

    def _leave_out(self, name: tuple[Any, ...], view: View, failure: Exception) -> None:
        self.failures.append(failure)
        self._views.pop(name, None)
        if isinstance(view, LiveView):
            with suppress(Exception):
                view.still = "failed"

    def _answer(self, *_: object) -> None:
        """Answer a view that is opened after the end, when no thread is left that pumps."""
        if self.reach.thread is None or self.reach.thread.has_ended:
            self.pump(time.monotonic())

    async def _pump(self) -> None:
        while True:
            with self._turn:
                if not self._still and self.manager.state == "ended":
                    self._tell("ended")
            self.pump(time.monotonic())
            await asyncio.sleep(PUMP_EVERY)

    def _tell(self, still: str) -> None:
        """Let every view say why nothing new comes, or nothing where it may."""
        with self._turn:
            self._still = still
            for name, view in self._views.copy().items():
                if isinstance(view, LiveView):
                    try:
                        view.still = still
                    except Exception as failure:
                        self._leave_out(name, view, failure)


def _inputs(shelf: Shelf, topics: Iterable[str]) -> PanelInputs:
    manager, reach = shelf.manager, shelf.reach
    return PanelInputs(reach(feeds, manager.hub, topics), reach, manager.now, shelf.prices, manager.equity)


def _panels(view: type[PanelsView]) -> Make:
    return lambda shelf: view(_inputs(shelf, view.shown))


def _board(shelf: Shelf) -> BoardView:
    return BoardView(_inputs(shelf, BoardView.shown), shelf.manager.evaluator, shelf.manager.hub)


def _chart(shelf: Shelf, symbol: str) -> ChartView:
    return ChartView(shelf.reach(known, symbol, shelf.manager.evaluator, shelf.manager.hub))


def _player(shelf: Shelf) -> PlayerView:
    if shelf.manager.state == "ended":
        raise UserError("the replay has ended; stop the session and start it again, and take the player before the end")
    return PlayerView(shelf.manager.source, shelf.reach)


def _tune(shelf: Shelf, name: str) -> TuneView:
    return TuneView(shelf.manager.pipeline.host, name, shelf.reach)


KINDS: dict[str, Make] = {
    "prices": _panels(PricesView),
    "signals": _panels(SignalsView),
    "trades": _panels(TradesView),
    "portfolio": _panels(PortfolioView),
    "health": _panels(HealthView),
    "board": _board,
    "chart": _chart,
    "player": _player,
    "tune": _tune,
}
