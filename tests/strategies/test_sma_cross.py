"""The averages cross once, and are told once."""

from __future__ import annotations

import math

import pytest

from tests.strategies.market import bars_closing, window_closing
from tradestream_nb.errors import UserError
from tradestream_nb.strategies import sma_cross


def test_a_rise_after_a_fall_buys_on_the_crossing_bar_alone() -> None:
    closes = [10.0, 9.0, 8.0, 7.0, 6.0, 7.0, 9.0, 11.0, 13.0]
    opinions = [sma_cross(window_closing(closes[:n]), fast=2, slow=4) for n in range(1, len(closes) + 1)]
    # (7 + 9) / 2 = 8 passes (7 + 6 + 7 + 9) / 4 = 7.25 on the seventh bar.
    assert [i for i, opinion in enumerate(opinions, start=1) if opinion] == [7]
    signal = opinions[6]
    assert signal is not None and signal.signal_type == "BUY" and signal.price == 9.0


def test_falling_prices_mirror_rising_ones() -> None:
    closes = [10.0, 9.0, 8.0, 7.0, 6.0, 7.0, 9.0]
    up, down = (
        sma_cross(window_closing(closes), fast=2, slow=4),
        sma_cross(window_closing([20 - close for close in closes]), fast=2, slow=4),
    )
    assert up is not None and down is not None
    assert (up.signal_type, down.signal_type) == ("BUY", "SELL") and up.confidence == pytest.approx(down.confidence)


def test_confidence_is_the_step_of_the_gap_in_its_standard_deviations() -> None:
    signal = sma_cross(bars_closing([10.0, 9.0, 8.0, 7.0, 6.0, 7.0, 9.0]), fast=2, slow=4)
    gap_before, gap_now = 6.5 - 7.0, 8.0 - 7.25
    sigma = math.sqrt((1 + 1 + 1 + 4) / 4)
    z = (gap_now - gap_before) / (sigma * math.sqrt(1 / 2 - 1 / 4))
    assert signal is not None and signal.confidence == pytest.approx(math.erf(z / math.sqrt(2)))


@pytest.mark.parametrize(("cycle", "slow"), [([0.59, 3.36], 4), ([3.09, 2.7, 8.63], 12), ([100.1], 2)])
def test_averages_that_stay_equal_never_cross(cycle: list[float], slow: int) -> None:
    closes = cycle * 20
    windows = [window_closing(closes[:n]) for n in range(1, len(closes))]
    assert not any(sma_cross(window, fast=len(cycle), slow=slow) for window in windows)


def test_the_first_move_after_a_flat_stretch_is_a_crossing() -> None:
    signal = sma_cross(window_closing([5.0] * 10 + [6.0]), fast=2, slow=4)
    assert signal is not None and signal.signal_type == "BUY"


@pytest.mark.parametrize(("fast", "slow"), [(30, 10), (5, 5), (0, 5)])
def test_periods_in_the_wrong_order_are_refused(fast: int, slow: int) -> None:
    with pytest.raises(UserError, match=f"fast={fast} must be at least 1 and less than slow={slow}"):
        sma_cross([], fast=fast, slow=slow)
