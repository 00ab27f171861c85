"""A strategy at work is counted, and its errors stay inside."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import pytest

from tests.strategies.market import window_closing
from tradestream_nb.errors import UserError
from tradestream_nb.events import Bar, Signal, SignalType
from tradestream_nb.strategies import StrategyStatistics, Window, momentum, sma_cross
from tradestream_nb.strategies.running import RunningStrategy

WINDOW = window_closing([1.0, 2.0])


def always(bars: Sequence[Bar], *, signal_type: SignalType = "BUY", confidence: float = 0.5, label: str = "") -> Signal:
    return Window.of(bars).signal(signal_type, confidence=confidence, strategy=label)


def running(strategy: Any = always, **parameters: Any) -> RunningStrategy:
    return RunningStrategy("mine", strategy, parameters)


def test_signals_are_counted_by_type() -> None:
    buying, holding = running(), running(signal_type="HOLD")
    for one in (buying, buying, holding):
        one.evaluate(WINDOW, 0.0)
    last = WINDOW.last.ts
    assert buying.statistics == StrategyStatistics(evaluations=2, signals=2, buy=2, last_signal=last)
    assert holding.statistics == StrategyStatistics(evaluations=1, signals=1, hold=1, last_signal=last)


def test_a_signal_of_exactly_the_confidence_asked_for_passes_and_one_below_is_withheld() -> None:
    one = running(confidence=0.5)
    assert one.evaluate(WINDOW, 0.5) is not None
    assert one.evaluate(WINDOW, 0.51) is None
    assert (one.statistics.signals, one.statistics.withheld) == (1, 1)


@pytest.mark.parametrize("own", ["", "mine", "other"])
def test_a_signal_carries_the_name_the_strategy_was_given(own: str) -> None:
    signal = running(label=own).evaluate(WINDOW, 0.0)
    assert signal is not None and signal.strategy == "mine"


def test_disabling_shows_in_the_statistics() -> None:
    one = running()
    one.enabled = False
    assert one.statistics == StrategyStatistics(enabled=False)


def test_a_strategy_that_raises_is_counted_and_logged_once_per_error(caplog: pytest.LogCaptureFixture) -> None:
    def broken(bars: Sequence[Bar]) -> None:
        raise KeyError(bars[-1].symbol)

    one = running(broken)
    assert [one.evaluate(WINDOW, 0.0) for _ in range(3)] == [None] * 3
    assert one.statistics == StrategyStatistics(evaluations=3, errors=3, last_error="KeyError: 'ACME'")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.mark.parametrize(
    ("result", "error"),
    [
        ("BUY", "returned str, neither a Signal nor None"),
        (False, "returned bool, neither a Signal nor None"),
        (Signal("ACME", "BUY", 1.0, confidence=1.5), "returned confidence=1.5, not from 0 to 1"),
        (Signal("ACME", "BUY", 1.0, confidence=float("nan")), "returned confidence=nan, not from 0 to 1"),
        (Signal("ACME", "BUY", 1.0, confidence=None), "not supported between instances"),  # type: ignore[arg-type]
        (Signal("ACME", "buy", 1.0), "returned signal_type='buy', not BUY, SELL or HOLD"),  # type: ignore[arg-type]
    ],
)
def test_a_result_that_is_no_signal_is_the_strategys_error(
    result: object, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    one = running(lambda bars: result)
    assert one.evaluate(WINDOW, 0.0) is None
    assert (one.statistics.errors, one.statistics.signals) == (1, 0)
    assert error in one.statistics.last_error
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("strategy", "parameters", "message"),
    [
        (sma_cross, {"quick": 3}, "'mine' has no parameter 'quick': it has fast, slow, quantity"),
        (sma_cross, {"fast": 50}, "fast=50 must be at least 1 and less than slow=30"),
        (momentum, {"threshold": -1.0}, "threshold=-1.0 must be positive"),
        (lambda bars: None, {"size": 3}, "no parameter 'size': it has none"),
        (lambda bars, *, size: None, {}, "cannot be called with a window of bars: missing a required .*'size'"),
        (lambda: None, {}, "cannot be called with a window of bars"),
    ],
)
def test_parameters_that_do_not_fit_are_refused_at_once(
    strategy: Any, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        running(strategy, **parameters)


def test_a_strategy_may_take_any_parameter_and_may_take_a_bar_for_granted() -> None:
    def open_minded(window: Window, **parameters: float) -> Signal:
        return window.signal("BUY", confidence=parameters["certainty"])

    signal = running(open_minded, certainty=0.25).evaluate(WINDOW, 0.0)
    assert signal is not None and signal.confidence == 0.25
