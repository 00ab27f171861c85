"""One strategy at work: its parameters, its statistics, and the fence around its errors."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from typing import Any

import msgspec

from tradestream_nb.errors import ISOLATED, UserError
from tradestream_nb.events import Signal
from tradestream_nb.strategies.statistics import StrategyStatistics
from tradestream_nb.strategies.window import Window

logger = logging.getLogger(__name__)

Strategy = Callable[..., Signal | None]
"""A function of a window of bars, and of keyword-only parameters."""


class RunningStrategy:
    """Evaluates a strategy on windows; an error is counted and logged, never raised.

    Raises UserError when a parameter does not exist, is missing, or has a value that the strategy refuses.
    """

    def __init__(self, name: str, strategy: Strategy, parameters: dict[str, Any]) -> None:
        _check(name, strategy, parameters)
        self.name = name
        self.enabled = True
        self._strategy = strategy
        self._parameters = parameters
        self._counts = StrategyStatistics()

    @property
    def statistics(self) -> StrategyStatistics:
        """The counts so far, consistent with each other also when read from another thread."""
        return msgspec.structs.replace(self._counts, enabled=self.enabled)

    def evaluate(self, window: Window, min_confidence: float) -> Signal | None:
        """The strategy's signal under this name, if there is one and its confidence suffices."""
        try:
            signal = _checked(self._strategy(window, **self._parameters))
        except ISOLATED as error:
            self._count_error(error, window.symbol)
            return None
        return self._count(signal, min_confidence)

    def _count(self, signal: Signal | None, min_confidence: float) -> Signal | None:
        counts = self._counts
        changes: dict[str, Any] = {"evaluations": counts.evaluations + 1}
        withheld = signal is not None and signal.confidence < min_confidence
        if withheld:
            changes["withheld"] = counts.withheld + 1
        elif signal is not None:
            kind = signal.signal_type.lower()
            changes |= {"signals": counts.signals + 1, kind: getattr(counts, kind) + 1, "last_signal": signal.ts}
        self._counts = msgspec.structs.replace(counts, **changes)
        if signal is None or withheld:
            return None
        return signal if signal.strategy == self.name else msgspec.structs.replace(signal, strategy=self.name)

    def _count_error(self, error: BaseException, symbol: str) -> None:
        counts = self._counts
        problem = f"{type(error).__name__}: {error}"
        # A broken strategy fails on every bar of every symbol: the log says so once.
        if problem != counts.last_error:
            logger.exception("strategy %r failed on %s", self.name, symbol)
        self._counts = msgspec.structs.replace(
            counts, evaluations=counts.evaluations + 1, errors=counts.errors + 1, last_error=problem
        )


def _checked(result: object) -> Signal | None:
    """A strategy's result, once it is known to be what its type says."""
    if result is None:
        return None
    if not isinstance(result, Signal):
        raise TypeError(f"returned {type(result).__name__}, neither a Signal nor None")
    if result.signal_type not in ("BUY", "SELL", "HOLD"):
        raise ValueError(f"returned signal_type={result.signal_type!r}, not BUY, SELL or HOLD")
    if not 0 <= result.confidence <= 1:
        raise ValueError(f"returned confidence={result.confidence!r}, not from 0 to 1")
    return result


def _check(name: str, strategy: Strategy, parameters: dict[str, Any]) -> None:
    signature = inspect.signature(strategy)
    accepted = [p.name for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY]
    takes_any = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
    for parameter in parameters:
        if parameter not in accepted and not takes_any:
            known = f"it has {', '.join(accepted)}" if accepted else "it has none"
            raise UserError(f"strategy {name!r} has no parameter {parameter!r}: {known}")
    try:
        signature.bind(Window(), **parameters)
    except TypeError as error:
        raise UserError(f"strategy {name!r} cannot be called with a window of bars: {error}") from None
    _try_out(strategy, parameters)


def _try_out(strategy: Strategy, parameters: dict[str, Any]) -> None:
    """Let the strategy refuse its parameters now instead of at every bar."""
    try:
        strategy(Window(), **parameters)
    except UserError:
        raise
    except Exception as error:
        # A strategy may take a bar for granted, and will never be evaluated without one.
        logger.debug("a strategy cannot do with an empty window: %r", error)
