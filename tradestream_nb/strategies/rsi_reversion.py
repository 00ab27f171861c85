"""Expect a turn when prices have moved one way for too long."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import talib

from tradestream_nb.errors import UserError
from tradestream_nb.events import Bar, Signal, SignalType
from tradestream_nb.strategies.confidence import confidence_of
from tradestream_nb.strategies.window import Column, Window


def rsi_reversion(
    bars: Sequence[Bar],
    *,
    period: int = 14,
    oversold: float = 30.0,
    overbought: float = 70.0,
    quantity: float = 100.0,
) -> Signal | None:
    """BUY when the relative strength index of the closes falls to `oversold`, SELL when it rises to `overbought`.

    RSI = 100 U / (U + D), U and D being the averages of the rises and of the falls, smoothed with the weight
    1/`period` from the window's first bar on; it is 50 while no price has changed. Confidence is erf(|z| / √2) with
    z = (RSI / 50 - 1) √(2 (2 `period` - 1) / π): standard deviations from 50, were the closes a normal random walk.
    `period` is in bars, `oversold` and `overbought` are RSI values from 0 to 100, `quantity` is in shares.

    Source: Wilder (1978), New Concepts in Technical Trading Systems, section VI. The deviation follows from E|r| =
    σ √(2/π) and from the sum of Wilder's squared weights, 1 / (2 `period` - 1).

    Raises UserError for period < 2, and unless 0 < oversold < overbought < 100.
    """
    if period < 2:
        raise UserError(f"rsi_reversion: period={period} must be at least 2")
    if not 0 < oversold < overbought < 100:
        raise UserError(f"rsi_reversion: oversold={oversold} and overbought={overbought} must rise within 0 and 100")
    window = Window.of(bars)
    close = window.close
    if len(close) < period + 2 or close[-1] == close[-2] or not np.isfinite(close).all():
        return None
    before, now = _last_two(close, period)
    if before > oversold >= now or before < overbought <= now:
        confidence = confidence_of((now / 50 - 1) * math.sqrt(2 * (2 * period - 1) / math.pi))
        signal_type: SignalType = "BUY" if now <= oversold else "SELL"
        return window.signal(signal_type, strategy="rsi_reversion", confidence=confidence, quantity=quantity)
    return None


def _last_two(close: Column, period: int) -> tuple[float, float]:
    before, now = talib.RSI(close, period)[-2:].tolist()
    # TA-Lib calls prices that never changed 0, the strongest fall there is.
    return 50.0 if (close[:-1] == close[0]).all() else before, now
