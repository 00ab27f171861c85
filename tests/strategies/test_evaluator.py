"""Strategies see every complete bar of every symbol, and their signals reach every callback."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.market import BAR, bars_closing, prices
from tests.strategies.spy import Spy, evaluator_with
from tradestream_nb.events import Bar, Fill, Quote, Signal, Timer
from tradestream_nb.strategies import StrategyEvaluator, sma_cross


def test_a_strategy_sees_the_last_bars_of_each_symbol() -> None:
    spy = Spy()
    evaluator, heard = evaluator_with(spy, window=2)
    acme, beta = bars_closing([1.0, 2.0, 3.0]), bars_closing([7.0, 8.0], symbol="BETA")
    for bar in [acme[0], beta[0], acme[1], beta[1], acme[2]]:
        evaluator.feed(bar)
    assert [list(window) for window in spy.windows] == [acme[:1], beta[:1], acme[:2], beta, acme[1:]]
    assert [(signal.symbol, signal.price) for signal in heard] == [
        ("ACME", 1.0), ("BETA", 7.0), ("ACME", 2.0), ("BETA", 8.0), ("ACME", 3.0),
    ]  # fmt: skip


def test_all_strategies_look_at_the_same_window() -> None:
    first, second = Spy(), Spy()
    evaluator, _ = evaluator_with(first)
    evaluator.add(second, name="second")
    evaluator.feed(bars_closing([1.0])[0])
    assert first.windows[0] is second.windows[0]


def test_a_replay_that_goes_back_is_seen_again_from_there() -> None:
    spy = Spy()
    evaluator, heard = evaluator_with(spy)
    bars = bars_closing([1.0, 2.0, 3.0])
    for bar in bars:
        evaluator.feed(bar)
    evaluator.rewind(bars[1].ts)
    assert list(evaluator.window("ACME")) == bars[:1]
    evaluator.feed(bars[1])
    assert [signal.price for signal in heard] == [1.0, 2.0, 3.0, 2.0] and list(spy.windows[-1]) == bars[:2]


def test_bars_of_quotes_are_built_again_from_where_a_replay_goes_back_to() -> None:
    evaluator, _ = evaluator_with(Spy())
    quotes = [Quote("ACME", last=float(n), ts=n * BAR) for n in range(1, 5)]
    for quote in quotes:
        evaluator.feed(quote)
    evaluator.rewind(2 * BAR)
    assert [bar.close for bar in evaluator.window("ACME")] == [1.0] and evaluator.forming("ACME") is None
    for quote in quotes[1:]:
        evaluator.feed(quote)
    assert [bar.close for bar in evaluator.window("ACME")] == [1.0, 2.0, 3.0]


@given(closes=st.lists(prices, min_size=30, max_size=60))
def test_feeding_bars_finds_what_calling_the_strategy_on_each_window_finds(closes: list[float]) -> None:
    evaluator, heard = StrategyEvaluator(window=20), list[Signal]()
    evaluator.add(sma_cross, fast=2, slow=5)
    evaluator.add_signal_callback(heard.append)
    bars = bars_closing(closes)
    for bar in bars:
        evaluator.feed(bar)
    by_hand = [sma_cross(bars[max(0, end - 20) : end], fast=2, slow=5) for end in range(1, len(bars) + 1)]
    assert heard == [signal for signal in by_hand if signal is not None]


def test_where_a_source_has_no_bars_they_are_built_from_its_quotes() -> None:
    spy = Spy()
    evaluator, _ = evaluator_with(spy, bar_seconds=5.0)
    for ts, price in [(0, 1.0), (BAR - 1, 3.0), (BAR, 2.0), (2 * BAR, 9.0)]:
        evaluator.feed(Quote("ACME", last=price, ts=ts))
    assert [(bar.ts, bar.open, bar.close) for bar in spy.bars] == [(BAR, 1.0, 3.0), (2 * BAR, 2.0, 2.0)]


def test_a_bar_from_the_source_ends_the_building_and_drops_what_was_half_built() -> None:
    spy = Spy()
    evaluator, _ = evaluator_with(spy)
    evaluator.feed(Quote("ACME", last=1.0, ts=0))
    evaluator.feed(Quote("BETA", last=1.0, ts=0))
    real = Bar("ACME", 5.0, 5.0, 5.0, 5.0, seconds=5.0, ts=BAR)
    evaluator.feed(real)
    for symbol in ("ACME", "BETA"):
        evaluator.feed(Quote(symbol, last=2.0, ts=2 * BAR))
        evaluator.feed(Quote(symbol, last=3.0, ts=3 * BAR))
    assert [bar for bar in spy.bars if bar.symbol == "ACME"] == [real]
    assert [bar.ts for bar in spy.bars if bar.symbol == "BETA"] == [BAR, 3 * BAR]


def test_events_that_are_no_prices_are_ignored() -> None:
    evaluator, heard = evaluator_with(Spy())
    evaluator.feed(Timer("tick", ts=BAR))
    evaluator.feed(Fill("1", "ACME", "BUY", 1.0, 1.0))
    assert heard == [] and evaluator.statistics["spy"].evaluations == 0


def test_warming_up_fills_the_windows_and_evaluates_nothing() -> None:
    spy = Spy()
    evaluator, heard = evaluator_with(spy)
    bars = bars_closing([1.0, 2.0, 3.0])
    evaluator.warm_up(bars[:2])
    assert heard == [] and spy.windows == []
    evaluator.feed(bars[2])
    assert list(spy.windows[0]) == bars


def test_a_warm_up_leaves_quotes_to_be_built_into_bars() -> None:
    spy = Spy()
    evaluator, _ = evaluator_with(spy)
    evaluator.warm_up(bars_closing([1.0]))
    evaluator.feed(Quote("ACME", last=2.0, ts=BAR))
    evaluator.feed(Quote("ACME", last=2.0, ts=2 * BAR))
    assert spy.windows[0].close.tolist() == [1.0, 2.0]


def test_a_bar_that_was_seen_already_is_not_evaluated_again() -> None:
    spy = Spy()
    evaluator, _ = evaluator_with(spy)
    bars = bars_closing([1.0, 2.0, 3.0])
    for bar in [bars[0], bars[1], bars[1], bars[0], bars[2]]:
        evaluator.feed(bar)
    assert spy.bars == bars and list(spy.windows[-1]) == bars


def test_bars_written_by_hand_without_a_time_all_count() -> None:
    spy = Spy()
    evaluator, _ = evaluator_with(spy)
    for close in (1.0, 2.0):
        evaluator.feed(Bar("ACME", close, close, close, close))
    assert spy.windows[-1].close.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("price", [None, float("nan"), float("inf")])
def test_a_bar_with_a_price_that_is_no_number_is_left_out(price: float, caplog: pytest.LogCaptureFixture) -> None:
    spy = Spy()
    evaluator, _ = evaluator_with(spy)
    good, bad, better = bars_closing([1.0, price or 2.0, 3.0])
    evaluator.feed(good)
    evaluator.feed(Bar("ACME", 1.0, price, 1.0, 1.0, seconds=5.0, ts=bad.ts))
    evaluator.feed(better)
    assert list(spy.windows[-1]) == [good, better]
    assert "not all finite" in caplog.text


def test_bars_of_another_length_start_the_window_afresh() -> None:
    spy = Spy()
    evaluator, _ = evaluator_with(spy)
    evaluator.feed(bars_closing([1.0])[0])
    minute = Bar("ACME", 2.0, 2.0, 2.0, 2.0, seconds=60.0, ts=12 * BAR)
    evaluator.feed(minute)
    assert list(spy.windows[-1]) == [minute]


def test_a_strategy_that_raises_leaves_the_others_and_later_bars_alone() -> None:
    def broken(bars: Sequence[Bar]) -> None:
        raise RuntimeError("out of ideas")

    evaluator, heard = StrategyEvaluator(), list[Signal]()
    evaluator.add(broken)
    evaluator.add(Spy())
    evaluator.add_signal_callback(heard.append)
    for bar in bars_closing([1.0, 2.0]):
        evaluator.feed(bar)
    assert len(heard) == 2
    assert evaluator.statistics["broken"].errors == 2
    assert evaluator.statistics["broken"].last_error == "RuntimeError: out of ideas"


def test_a_callback_that_raises_is_counted_and_the_others_still_hear() -> None:
    evaluator, heard = StrategyEvaluator(), list[Signal]()
    evaluator.add(Spy())

    def broken(signal: Signal) -> None:
        raise RuntimeError("not now")

    evaluator.add_signal_callback(broken)
    evaluator.add_signal_callback(heard.append)
    assert (evaluator.callback_errors, evaluator.last_callback_error) == (0, "")
    for bar in bars_closing([1.0, 2.0]):
        evaluator.feed(bar)
    assert len(heard) == 2 and evaluator.callback_errors == 2
    assert evaluator.last_callback_error.endswith("broken: RuntimeError: not now")


def test_bars_can_be_looked_at_as_the_strategies_saw_them_last() -> None:
    spy = Spy()
    evaluator, _ = evaluator_with(spy, window=2)
    assert not evaluator.window("ACME")
    first, second, third = bars_closing([1.0, 2.0, 3.0])
    evaluator.warm_up([first, second])
    assert list(evaluator.window("ACME")) == [first, second]
    evaluator.feed(third)
    assert evaluator.window("ACME") is spy.windows[-1]
    assert evaluator.symbols == {"ACME"}


def test_the_forming_bar_goes_on_from_the_complete_ones() -> None:
    evaluator = StrategyEvaluator()
    evaluator.feed(Quote("ACME", last=1.0, ts=1))
    evaluator.feed(Quote("ACME", last=3.0, ts=2))
    forming = evaluator.forming("ACME")
    assert forming == Bar("ACME", open=1.0, high=3.0, low=1.0, close=3.0, seconds=5.0, ts=BAR)
    assert evaluator.symbols == {"ACME"}
    evaluator.feed(Quote("ACME", last=2.0, ts=BAR))
    assert [*evaluator.window("ACME")] == [forming]
    later = evaluator.forming("ACME")
    assert later is not None and later.ts == 2 * BAR


def test_nothing_forms_where_bars_are_known_already() -> None:
    warm, sent = StrategyEvaluator(), StrategyEvaluator()
    warm.warm_up(bars_closing([1.0]))
    for evaluator in (warm, sent):
        evaluator.feed(Quote("ACME", last=1.0, ts=1))
    sent.feed(bars_closing([1.0, 2.0])[1])
    sent.feed(Quote("ACME", last=1.0, ts=9 * BAR))
    assert warm.forming("ACME") is None
    assert sent.forming("ACME") is None
