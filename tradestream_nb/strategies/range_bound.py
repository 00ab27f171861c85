"""Trade from the edges of a range towards its middle, as long as there is no trend."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import talib

from tradestream_nb.errors import UserError
from tradestream_nb.events import Bar, Signal, SignalType
from tradestream_nb.strategies.confidence import confidence_of
from tradestream_nb.strategies.window import Column, Window

ADX_PERIOD = 14
"""Wilder's own choice, in bars."""


def range_bound(
    bars: Sequence[Bar], *, period: int = 20, width: float = 2.0, max_adx: float = 25.0, quantity: float = 100.0
) -> Signal | None:
    """BUY when the close reaches the lower Bollinger band from inside, SELL when it reaches the upper one.

    The bands are m ± `width` σ, the mean and the population standard deviation of the last `period` closes. The market
    counts as a range while the average directional index over 14 bars is at most `max_adx`. Confidence is
    erf(|z| / √2) (1 - ADX / 100) with z = (close - m) / σ. `period` is in bars, `width` in standard deviations,
    `max_adx` from 0 to 100, `quantity` in shares. Prices that do not change have no bands.

    Source: Bollinger (2001), Bollinger on Bollinger Bands; Wilder (1978), New Concepts in Technical Trading Systems,
    section IV, for the ADX.

    Raises UserError for period < 3, for max_adx outside 0 to 100, and unless 0 < width < √(period - 1), beyond which
    no close can be.
    """
    _check(period, width, max_adx)
    window = Window.of(bars)
    close = window.close[-period - 1 :]
    if len(close) <= period or len(window) < 2 * ADX_PERIOD or not np.isfinite(close).all():
        return None
    deviations = _deviations_on_entry(close, period, width)
    if deviations is None:
        return None
    adx = float(talib.ADX(window.high, window.low, window.close, ADX_PERIOD)[-1])
    if not adx <= max_adx:
        return None
    confidence = confidence_of(deviations) * (1 - adx / 100)
    signal_type: SignalType = "BUY" if deviations < 0 else "SELL"
    return window.signal(signal_type, strategy="range_bound", confidence=confidence, quantity=quantity)


def _check(period: int, width: float, max_adx: float) -> None:
    if period < 3:
        raise UserError(f"range_bound: period={period} must be at least 3")
    limit = math.sqrt(period - 1)
    if not 0 < width < limit:
        raise UserError(f"range_bound: width={width} must be positive and below {limit:.3g}, or no close reaches it")
    if not 0 <= max_adx <= 100:
        raise UserError(f"range_bound: max_adx={max_adx} must be from 0 to 100")


def _deviations_on_entry(close: Column, period: int, width: float) -> float | None:
    """Standard deviations between the last close and the mean, None unless it has just come to a band."""
    # TA-Lib's variance is a difference of squares: measured from the last close nothing cancels out.
    close = close - close[-1]
    upper, middle, lower = (band[-2:].tolist() for band in talib.BBANDS(close, period, width, width))
    was_inside = lower[0] < close[-2] < upper[0]
    is_inside = lower[1] < 0.0 < upper[1]
    if is_inside or not was_inside or lower[1] == upper[1]:
        return None
    return float(-middle[1] * width / (upper[1] - middle[1]))
