"""Signals worth acting on."""

from __future__ import annotations

from tradestream_nb import Signal, SignalRaised, handler


@handler(on=Signal, topic="signals")
def signals(signal: Signal, *, min_confidence: float = 0.5) -> list[SignalRaised]:
    """Emit every BUY and SELL of at least `min_confidence` (0 to 1); a HOLD asks for nothing and is not sent."""
    if signal.signal_type == "HOLD" or signal.confidence < min_confidence:
        return []
    return [
        SignalRaised(
            signal_type=signal.signal_type,
            symbol=signal.symbol,
            price=signal.price,
            quantity=signal.quantity,
            confidence=signal.confidence,
            strategy=signal.strategy,
            ts=signal.ts,
        )
    ]
