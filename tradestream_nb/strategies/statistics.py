"""What one strategy has done so far."""

from __future__ import annotations

import msgspec


class StrategyStatistics(msgspec.Struct, frozen=True):
    """Counts since the strategy was added; `signals` is `buy` + `sell` + `hold`."""

    enabled: bool = True
    evaluations: int = 0
    signals: int = 0
    """Signals at or above the confidence asked for."""
    buy: int = 0
    sell: int = 0
    hold: int = 0
    withheld: int = 0
    """Signals below the confidence asked for."""
    errors: int = 0
    last_error: str = ""
    last_signal: int | None = None
    """`ts` of the newest signal that was not withheld, epoch µs."""
