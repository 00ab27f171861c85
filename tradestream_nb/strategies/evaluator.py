"""Strategies over a live stream: bars in, signals to callbacks."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Iterable
from typing import Any

from tradestream_nb.errors import UserError
from tradestream_nb.events import Bar, Event, Quote
from tradestream_nb.strategies.bars import BarBuilder
from tradestream_nb.strategies.callbacks import SignalCallback, SignalCallbacks
from tradestream_nb.strategies.running import RunningStrategy, Strategy
from tradestream_nb.strategies.statistics import StrategyStatistics
from tradestream_nb.strategies.window import Window

logger = logging.getLogger(__name__)


class StrategyEvaluator:
    """Evaluates its strategies on every complete bar of every symbol and tells its callbacks of the signals.

    `feed`, `warm_up` and what there is to see of the bars (`symbols`, `window`, `forming`) belong to one thread;
    everything else may be called from any thread at any time, also from a callback. `window` is how many bars a
    strategy sees at most, so it must exceed the longest period in use. Until a symbol's first bar arrives, its bars of
    `bar_seconds` are built from its quotes.

    Raises UserError when an option is out of its range.
    """

    def __init__(self, *, min_confidence: float = 0.0, window: int = 200, bar_seconds: float = 5.0) -> None:
        if window < 1:
            raise UserError(f"a window of {window!r} bars holds nothing: give at least 1")
        self.min_confidence = min_confidence
        self.bar_seconds = bar_seconds
        self._size = window
        self._builder = BarBuilder(bar_seconds)
        self._with_bars: set[str] = set()
        self._windows: dict[str, Window] = {}
        self._strategies: dict[str, RunningStrategy] = {}
        self._lock = threading.Lock()
        self._callbacks = SignalCallbacks()

    @property
    def min_confidence(self) -> float:
        """The confidence, from 0 to 1, below which a signal is counted but withheld; may be set at any time."""
        return self._min_confidence

    @min_confidence.setter
    def min_confidence(self, confidence: float) -> None:
        if not 0 <= confidence <= 1:
            raise UserError(f"min_confidence={confidence!r} must be from 0 to 1")
        self._min_confidence = confidence

    @property
    def statistics(self) -> dict[str, StrategyStatistics]:
        """What every strategy has done so far, by name, in the order they are evaluated."""
        return {name: running.statistics for name, running in self._strategies.items()}

    @property
    def callback_errors(self) -> int:
        """How often a callback raised."""
        return self._callbacks.errors

    @property
    def last_callback_error(self) -> str:
        """What the newest of them was; empty when there was none."""
        return self._callbacks.last_error

    @property
    def symbols(self) -> set[str]:
        """The symbols that there are bars of, complete or forming."""
        return self._builder.symbols.union(self._windows)

    def window(self, symbol: str) -> Window:
        """The symbol's complete bars, those of the past included: what its strategies saw last, at first nothing."""
        return self._windows.get(symbol, Window())

    def forming(self, symbol: str) -> Bar | None:
        """The bar that the symbol's quotes are building now; None where bars come from the source, or no quote has."""
        bar = None if symbol in self._with_bars else self._builder.forming(symbol)
        window = self.window(symbol)
        return bar if bar and not (window and bar.ts <= window.last.ts) else None

    @property
    def failures(self) -> int:
        """How often a strategy or a callback raised."""
        return self.callback_errors + sum(counts.errors for counts in self.statistics.values())

    @property
    def last_failure(self) -> str:
        """What one of them raised last, by its name; empty when there was nothing."""
        strategies = (f"{name}: {counts.last_error}" for name, counts in self.statistics.items() if counts.errors)
        return self.last_callback_error or next(strategies, "")

    def add(self, strategy: Strategy, /, *, name: str | None = None, **parameters: Any) -> None:
        """Evaluate `strategy` from the next bar on; its signals carry `name`, by default the function's own.

        It is called once with an empty window, so that it can refuse its parameters here. Raises UserError when the
        name is taken, or the parameters do not fit the function's keyword-only ones.
        """
        name = name or getattr(strategy, "__name__", None)
        if name is None:
            raise UserError(f"strategy {strategy!r} has no name of its own: pass name=")
        running = RunningStrategy(name, strategy, parameters)
        with self._lock:
            if name in self._strategies:
                raise UserError(f"there is a strategy {name!r} already: pass another name=, or remove it first")
            self._strategies = {**self._strategies, name: running}

    def remove(self, name: str) -> None:
        """Forget a strategy and its statistics; raises UserError when there is none of that name."""
        with self._lock:
            self._named(name).enabled = False
            self._strategies = {other: running for other, running in self._strategies.items() if other != name}

    def enable(self, name: str) -> None:
        """Evaluate a disabled strategy again; raises UserError when there is none of that name."""
        self._named(name).enabled = True

    def disable(self, name: str) -> None:
        """Leave a strategy out until it is enabled; raises UserError when there is none of that name."""
        self._named(name).enabled = False

    def add_signal_callback(self, callback: SignalCallback) -> None:
        """Call `callback` with every later signal, once, however often it is added."""
        self._callbacks.add(callback)

    def remove_signal_callback(self, callback: SignalCallback) -> None:
        """Stop calling `callback`; raises UserError when it is not registered."""
        self._callbacks.remove(callback)

    def warm_up(self, bars: Iterable[Bar]) -> None:
        """Fill the windows with bars of the past, oldest first, without evaluating anything."""
        for bar in bars:
            self._extend(bar)

    def rewind(self, ts: int) -> None:
        """Forget the bars from `ts` (epoch µs) on, for a replay that goes back there brings them again."""
        self._builder = BarBuilder(self.bar_seconds)
        for symbol, window in self._windows.items():
            # A bar ends at its ts; one that was built of quotes has none of that very moment in it.
            last = ts - 1 if symbol in self._with_bars else ts
            self._windows[symbol] = Window(bar for bar in window if bar.ts <= last)

    def feed(self, event: Event) -> None:
        """Take a quote or a bar, evaluate if that completes a bar, and call the callbacks; ignore other events.

        A bar that is not newer than the symbol's last is ignored (one without a ts counts as newer), and so is one
        with a price that is not finite. A bar of another length starts the symbol's window afresh.
        """
        if isinstance(event, Quote):
            if event.symbol not in self._with_bars and (bar := self._builder.push(event)) is not None:
                self._evaluate(bar)
        elif isinstance(event, Bar):
            self._with_bars.add(event.symbol)
            self._evaluate(event)

    def _evaluate(self, bar: Bar) -> None:
        window = self._extend(bar)
        if window is None:
            return
        for running in self._strategies.values():
            if running.enabled and (signal := running.evaluate(window, self._min_confidence)) is not None:
                self._callbacks.notify(signal)

    def _extend(self, bar: Bar) -> Window | None:
        """The symbol's window with `bar`, None when the bar is of no use."""
        if not all(price is not None and math.isfinite(price) for price in (bar.open, bar.high, bar.low, bar.close)):
            logger.warning("left out a bar whose prices are not all finite: %s", bar)
            return None
        window = self._windows.get(bar.symbol, Window())
        if window and 0 < bar.ts <= window.last.ts:
            return None
        if window and bar.seconds != window.last.seconds:
            logger.info("%s: %g s bars follow %g s bars", bar.symbol, bar.seconds, window.last.seconds)
            window = Window()
        window = self._windows[bar.symbol] = window.push(bar, self._size)
        return window

    def _named(self, name: str) -> RunningStrategy:
        running = self._strategies.get(name)
        if running is None:
            known = ", ".join(self._strategies) or "none has been added"
            raise UserError(f"there is no strategy {name!r}: {known}")
        return running
