"""The edges of a range are traded, a trend is not."""

from __future__ import annotations

import math
import statistics

import pytest
import talib

from tests.strategies.market import window_closing
from tradestream_nb.errors import UserError
from tradestream_nb.strategies import range_bound

SWINGING = [100.0 + (-1) ** i for i in range(40)]


@pytest.mark.parametrize(("close", "expected"), [(97.0, "BUY"), (103.0, "SELL")])
def test_reaching_a_band_from_inside_signals_towards_the_middle(close: float, expected: str) -> None:
    window = window_closing([*SWINGING, close], spread=1.0)
    signal = range_bound(window)
    assert signal is not None and signal.signal_type == expected
    last = [*SWINGING, close][-20:]
    z = (close - statistics.fmean(last)) / statistics.pstdev(last)
    adx = talib.ADX(window.high, window.low, window.close, 14)[-1]
    assert signal.confidence == pytest.approx(math.erf(abs(z) / math.sqrt(2)) * (1 - adx / 100))


def test_staying_outside_the_band_is_told_once() -> None:
    assert range_bound(window_closing([*SWINGING, 96.0], spread=1.0)) is not None
    assert range_bound(window_closing([*SWINGING, 96.0, 94.0], spread=1.0)) is None


def test_prices_inside_the_bands_are_no_signal() -> None:
    assert range_bound(window_closing([*SWINGING, 100.5], spread=1.0)) is None


def test_a_trend_is_left_alone() -> None:
    # A steady climb with a step large enough to reach the band at its end.
    window = window_closing([100.0 + i for i in range(40)] + [150.0], spread=1.0)
    assert range_bound(window, max_adx=25.0) is None
    assert range_bound(window, max_adx=100.0) is not None


@pytest.mark.parametrize("level", [0.1, 100.1, 1e6 / 3])
def test_a_market_that_falls_still_has_no_bands_to_touch(level: float) -> None:
    closes = [level * 1.01, *[level] * 60]
    assert [range_bound(window_closing(closes[:n])) for n in range(1, 61)] == [None] * 60


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"period": 2}, "period=2 must be at least 3"),
        ({"width": 0}, "width=0 must be positive"),
        ({"period": 5, "width": 2}, "below 2, or no close reaches it"),
        ({"max_adx": 101}, "max_adx=101 must be from 0 to 100"),
    ],
)
def test_parameters_without_sense_are_refused(parameters: dict[str, int], message: str) -> None:
    with pytest.raises(UserError, match=message):
        range_bound([], **parameters)
