"""Follow a move that has become large."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import talib

from tradestream_nb.errors import UserError
from tradestream_nb.events import Bar, Signal, SignalType
from tradestream_nb.strategies.confidence import confidence_of
from tradestream_nb.strategies.window import Column, Window


def momentum(
    bars: Sequence[Bar], *, lookback: int = 20, threshold: float = 0.2, quantity: float = 100.0
) -> Signal | None:
    """BUY when the return over `lookback` bars rises to `threshold`, SELL when it falls to minus `threshold`.

    The return is 100 (close / close `lookback` bars ago - 1). Confidence is erf(|z| / √2) with z = Σr / √Σr², r being
    the log returns of the last `lookback` bars: the whole move in standard deviations of as many independent ones, so
    that a steady move counts for more than a jump. `lookback` is in bars, `threshold` in per cent, `quantity` in
    shares. There is no signal while a price is not positive.

    Source: Jegadeesh & Titman (1993), Journal of Finance 48(1), 65-91, applied to one symbol's own past.

    Raises UserError when `lookback` is below 1 or `threshold` is not positive.
    """
    if lookback < 1:
        raise UserError(f"momentum: lookback={lookback} must be at least 1")
    if not threshold > 0:
        raise UserError(f"momentum: threshold={threshold} must be positive, in per cent")
    window = Window.of(bars)
    close = window.close[-lookback - 2 :]
    if len(close) < lookback + 2 or not (close.min() > 0 and close.max() < math.inf):
        return None
    before, now = talib.ROC(close, lookback)[-2:]
    if before < threshold <= now or before > -threshold >= now:
        confidence = confidence_of(_deviations(close[1:]))
        signal_type: SignalType = "BUY" if now > 0 else "SELL"
        return window.signal(signal_type, strategy="momentum", confidence=confidence, quantity=quantity)
    return None


def _deviations(close: Column) -> float:
    logs = np.log(close)
    steps = logs[1:] - logs[:-1]
    return float(logs[-1] - logs[0]) / math.sqrt(np.dot(steps, steps))
