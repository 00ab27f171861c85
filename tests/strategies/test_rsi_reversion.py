"""The index enters its extremes once, and is told once."""

from __future__ import annotations

import math

import pytest

from tests.strategies.market import window_closing
from tradestream_nb.errors import UserError
from tradestream_nb.strategies import rsi_reversion


def opinions(closes: list[float], period: int = 2) -> list[str | None]:
    signals = [rsi_reversion(window_closing(closes[:n]), period=period) for n in range(1, len(closes) + 1)]
    return [signal.signal_type if signal else None for signal in signals]


def test_entering_oversold_buys_once_and_entering_overbought_sells_once() -> None:
    # With a period of 2 the index is 50, 33, 17 and 9 on the way down, 55, 77 and 89 on the way up.
    closes = [10.0, 11.0, 10.0, 9.5, 9.0, 8.5, 9.5, 10.5, 11.5]
    assert opinions(closes) == [None, None, None, None, "BUY", None, None, "SELL", None]


def test_confidence_is_the_index_in_its_standard_deviations() -> None:
    # Wilder's averages after +1, -1, -0.5, -0.5: rises 0.5, 0.25, 0.125 and falls 0.5, 0.5, 0.5.
    signal = rsi_reversion(window_closing([10.0, 11.0, 10.0, 9.5, 9.0]), period=2)
    rsi = 100 * 0.125 / 0.625
    z = (rsi / 50 - 1) * math.sqrt(6 / math.pi)
    assert signal is not None and signal.confidence == pytest.approx(math.erf(abs(z) / math.sqrt(2)))


@pytest.mark.parametrize(("move", "expected"), [(-1.0, "BUY"), (1.0, "SELL")])
def test_the_first_move_after_a_flat_stretch_enters_from_the_middle(move: float, expected: str) -> None:
    assert opinions([5.0] * 20 + [5.0 + move]) == [None] * 20 + [expected]


def test_prices_that_stop_changing_leave_the_index_where_it_is() -> None:
    assert opinions([10.0, 11.0, 10.0, 9.5, 9.0] + [9.0] * 300)[5:] == [None] * 300


def test_the_thresholds_are_parameters() -> None:
    closes = window_closing([10.0, 11.0, 10.0, 9.5, 9.0])
    assert rsi_reversion(closes, period=2, oversold=19.0) is None
    assert rsi_reversion(closes, period=2, oversold=21.0) is not None


def test_parameters_without_sense_are_refused() -> None:
    with pytest.raises(UserError, match="period=1 must be at least 2"):
        rsi_reversion([], period=1)
    with pytest.raises(UserError, match="oversold=80 and overbought=20 must rise"):
        rsi_reversion([], oversold=80, overbought=20)
