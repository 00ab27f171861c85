"""Strategies: a window of bars in, a signal out, and the evaluator that runs them over a stream."""

from __future__ import annotations

from tradestream_nb.strategies.bars import BarBuilder
from tradestream_nb.strategies.callbacks import SignalCallback
from tradestream_nb.strategies.evaluator import StrategyEvaluator
from tradestream_nb.strategies.momentum import momentum
from tradestream_nb.strategies.range_bound import range_bound
from tradestream_nb.strategies.rsi_reversion import rsi_reversion
from tradestream_nb.strategies.running import Strategy
from tradestream_nb.strategies.sma_cross import sma_cross
from tradestream_nb.strategies.statistics import StrategyStatistics
from tradestream_nb.strategies.window import Window

__all__ = [
    "STRATEGIES",
    "BarBuilder",
    "SignalCallback",
    "Strategy",
    "StrategyEvaluator",
    "StrategyStatistics",
    "Window",
    "momentum",
    "range_bound",
    "rsi_reversion",
    "sma_cross",
]

STRATEGIES: dict[str, Strategy] = {
    "sma_cross": sma_cross,
    "rsi_reversion": rsi_reversion,
    "momentum": momentum,
    "range_bound": range_bound,
}
"""The strategies that come with the package, by name."""
