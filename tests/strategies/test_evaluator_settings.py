"""An evaluator can be changed while it runs, and says at once what it cannot do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.strategies.market import bars_closing
from tests.strategies.spy import Spy, evaluator_with
from tradestream_nb.errors import UserError
from tradestream_nb.events import Signal
from tradestream_nb.strategies import STRATEGIES, StrategyEvaluator, sma_cross


def test_the_confidence_asked_for_can_be_raised_while_the_stream_runs() -> None:
    evaluator, heard = evaluator_with(Spy())
    first, second, third = bars_closing([1.0, 2.0, 3.0])
    evaluator.feed(first)
    evaluator.min_confidence = 0.6
    evaluator.feed(second)
    evaluator.min_confidence = 0.5
    evaluator.feed(third)
    assert [signal.price for signal in heard] == [1.0, 3.0]
    assert evaluator.statistics["spy"].withheld == 1


def test_a_removed_callback_hears_no_more() -> None:
    evaluator, heard = evaluator_with(Spy())
    evaluator.remove_signal_callback(heard.append)
    evaluator.feed(bars_closing([1.0])[0])
    assert heard == []


def test_a_disabled_strategy_rests_and_finds_its_window_complete_when_enabled() -> None:
    spy = Spy()
    evaluator, _ = evaluator_with(spy)
    bars = bars_closing([1.0, 2.0, 3.0])
    evaluator.disable("spy")
    evaluator.feed(bars[0])
    evaluator.feed(bars[1])
    assert spy.windows == [] and not evaluator.statistics["spy"].enabled
    evaluator.enable("spy")
    evaluator.feed(bars[2])
    assert [list(window) for window in spy.windows] == [bars] and evaluator.statistics["spy"].enabled


def test_one_function_runs_twice_under_two_names() -> None:
    evaluator, heard = StrategyEvaluator(), list[Signal]()
    evaluator.add(sma_cross, name="quick", fast=1, slow=2)
    evaluator.add(sma_cross, name="slower", fast=2, slow=4)
    evaluator.add_signal_callback(heard.append)
    for bar in bars_closing([5.0, 4.0, 3.0, 2.0, 1.0, 9.0]):
        evaluator.feed(bar)
    assert [(signal.strategy, signal.signal_type) for signal in heard] == [("quick", "BUY"), ("slower", "BUY")]


def test_a_callback_that_removes_a_strategy_stops_it_before_its_turn() -> None:
    evaluator, second = StrategyEvaluator(), Spy()
    evaluator.add(Spy())
    evaluator.add(second, name="second")

    def remove_second(signal: Signal) -> None:
        evaluator.remove("second")
        evaluator.remove_signal_callback(remove_second)

    evaluator.add_signal_callback(remove_second)
    for bar in bars_closing([1.0, 2.0]):
        evaluator.feed(bar)
    assert second.windows == [] and list(evaluator.statistics) == ["spy"]


@pytest.mark.parametrize("method", ["remove", "enable", "disable"])
def test_a_name_that_is_not_there_is_refused_with_those_that_are(method: str) -> None:
    evaluator = StrategyEvaluator()
    with pytest.raises(UserError, match="no strategy 'momentun': none has been added"):
        getattr(evaluator, method)("momentun")
    for strategy in STRATEGIES.values():
        evaluator.add(strategy)
    with pytest.raises(UserError, match="no strategy 'momentun': sma_cross, rsi_reversion, momentum, range_bound"):
        getattr(evaluator, method)("momentun")


def test_a_name_that_is_taken_or_missing_is_refused() -> None:
    evaluator = StrategyEvaluator()
    evaluator.add(sma_cross)
    with pytest.raises(UserError, match="a strategy 'sma_cross' already: pass another name="):
        evaluator.add(sma_cross, fast=3)
    with pytest.raises(UserError, match="has no name of its own: pass name="):
        evaluator.add(partial(sma_cross, fast=3))
    assert list(evaluator.statistics) == ["sma_cross"]


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan")])
def test_a_confidence_out_of_bounds_is_refused_and_changes_nothing(confidence: float) -> None:
    with pytest.raises(UserError, match="must be from 0 to 1"):
        StrategyEvaluator(min_confidence=confidence)
    evaluator = StrategyEvaluator(min_confidence=0.3)
    with pytest.raises(UserError, match="must be from 0 to 1"):
        evaluator.min_confidence = confidence
    assert evaluator.min_confidence == 0.3


def test_a_window_without_room_is_refused() -> None:
    with pytest.raises(UserError, match="window of 0 bars"):
        StrategyEvaluator(window=0)


@pytest.mark.usefixtures("eager_threads")
def test_strategies_and_callbacks_come_and_go_from_other_threads_while_bars_arrive() -> None:
    evaluator, heard = evaluator_with(Spy())
    resting = [f"resting {n}" for n in range(50)]
    for name in resting:
        evaluator.add(Spy(), name=name)
        evaluator.disable(name)

    def come_and_go(name: str) -> None:
        own: list[Signal] = []
        for _ in range(50):
            evaluator.add(Spy(), name=name)
            evaluator.add_signal_callback(own.append)
            evaluator.disable(name)
            assert not evaluator.statistics[name].enabled
            evaluator.remove_signal_callback(own.append)
            evaluator.remove(name)

    with ThreadPoolExecutor() as threads:
        visits = [threads.submit(come_and_go, f"thread {n}") for n in range(4)]
        for bar in bars_closing(range(1, 301)):
            evaluator.feed(bar)
    for visit in visits:
        visit.result()
    assert evaluator.callback_errors == 0
    assert [signal.price for signal in heard if signal.strategy == "spy"] == list(range(1, 301))
    assert list(evaluator.statistics) == ["spy", *resting]
