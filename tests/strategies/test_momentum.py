"""A large move is told when it becomes large."""

from __future__ import annotations

import math

import pytest

from tests.strategies.market import window_closing
from tradestream_nb.errors import UserError
from tradestream_nb.strategies import momentum


@pytest.mark.parametrize(("sign", "expected"), [(1, "BUY"), (-1, "SELL")])
def test_a_return_signals_on_the_bar_that_breaks_the_threshold(sign: int, expected: str) -> None:
    closes = [100.0 + sign * rise for rise in (0, 0, 0, 0, 0.5, 1.5, 2.5, 2.5)]
    signals = [momentum(window_closing(closes[:n]), lookback=3, threshold=1.0) for n in range(1, len(closes) + 1)]
    assert [signal.signal_type if signal else None for signal in signals] == [None] * 5 + [expected, None, None]


def test_a_straight_move_is_more_certain_than_a_jump_of_the_same_size() -> None:
    steady = momentum(window_closing([105.0, 100.0, 101.0, 102.0, 103.0]), lookback=3, threshold=3.0)
    jump = momentum(window_closing([105.0, 100.0, 100.0, 100.0, 103.0]), lookback=3, threshold=3.0)
    assert steady is not None and jump is not None
    assert jump.confidence == pytest.approx(math.erf(1 / math.sqrt(2)))
    assert jump.confidence < steady.confidence < math.erf(math.sqrt(3) / math.sqrt(2))


def test_the_threshold_itself_is_enough_and_is_told_once() -> None:
    assert momentum(window_closing([100.0, 100.0, 150.0]), lookback=1, threshold=50.0) is not None
    assert momentum(window_closing([100.0, 150.0, 225.0]), lookback=1, threshold=50.0) is None


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_there_is_no_return_on_a_price_that_is_not_positive(bad: float) -> None:
    assert momentum(window_closing([100.0, 100.0, bad, 102.0, 103.0]), lookback=3, threshold=3.0) is None


def test_parameters_without_sense_are_refused() -> None:
    with pytest.raises(UserError, match="lookback=0 must be at least 1"):
        momentum([], lookback=0)
    with pytest.raises(UserError, match="threshold=-1 must be positive"):
        momentum([], threshold=-1)
