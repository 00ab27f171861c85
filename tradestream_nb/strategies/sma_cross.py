"""Follow the trend when the short average crosses the long one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import talib

from tradestream_nb.errors import UserError
from tradestream_nb.events import Bar, Signal, SignalType
from tradestream_nb.strategies.confidence import confidence_of
from tradestream_nb.strategies.window import Window


def sma_cross(bars: Sequence[Bar], *, fast: int = 10, slow: int = 30, quantity: float = 100.0) -> Signal | None:
    """BUY when the `fast` simple moving average of the closes rises above the `slow` one, SELL when it falls below.

    The gap g = SMA(fast) - SMA(slow) must have been on the other side, or 0, on the bar before. Confidence is
    erf(|z| / √2) with z = (g - g before) / (σ √(1/fast - 1/slow)): the gap's step in its own standard deviations, were
    the closes a random walk whose steps have the root mean square σ of the last `slow` ones. Periods are in bars,
    `quantity` in shares.

    Source: Brock, Lakonishok & LeBaron (1992), Journal of Finance 47(5), 1731-1764, variable-length moving average.

    Raises UserError unless 1 <= fast < slow.
    """
    if not 1 <= fast < slow:
        raise UserError(f"sma_cross: fast={fast} must be at least 1 and less than slow={slow}")
    window = Window.of(bars)
    close = window.close[-slow - 1 :]
    if len(close) <= slow or not np.isfinite(close).all():
        return None
    # Measured from the last close, averages of prices that repeat stay equal instead of crossing by a rounding error.
    close = close - close[-1]
    before, now = talib.SMA(close, fast)[-2:] - talib.SMA(close, slow)[-2:]
    steps = close[1:] - close[:-1]
    deviation = math.sqrt(np.dot(steps, steps) / slow * (1 / fast - 1 / slow))
    if before <= 0 < now or before >= 0 > now:
        confidence = confidence_of((now - before) / deviation)
        signal_type: SignalType = "BUY" if now > 0 else "SELL"
        return window.signal(signal_type, strategy="sma_cross", confidence=confidence, quantity=quantity)
    return None
