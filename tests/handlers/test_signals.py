"""Signals worth acting on."""

from __future__ import annotations

import pytest

from handlers.signals import signals
from tradestream_nb import Signal, SignalRaised


def test_a_signal_is_passed_on_whole() -> None:
    signal = Signal("AAPL", "SELL", 190.5, confidence=0.75, quantity=10.0, strategy="sma_cross", ts=7)
    assert signals(signal) == [SignalRaised("SELL", "AAPL", 190.5, 10.0, 0.75, "sma_cross", 7)]


def test_hold_asks_for_nothing_and_is_not_sent() -> None:
    assert signals(Signal("AAPL", "HOLD", 190.5, confidence=1.0), min_confidence=0.0) == []


@pytest.mark.parametrize(("confidence", "sent"), [(0.49, False), (0.5, True), (1.0, True)])
def test_a_signal_below_the_confidence_asked_for_is_not_sent(confidence: float, sent: bool) -> None:
    assert bool(signals(Signal("AAPL", "BUY", 1.0, confidence=confidence))) == sent
    assert not signals(Signal("AAPL", "BUY", 1.0, confidence=confidence), min_confidence=1.1)
