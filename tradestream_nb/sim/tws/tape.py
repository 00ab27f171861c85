"""What one contract did: bars of five seconds, and longer ones made of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

from tradestream_nb.clock import SECOND

STEP = 5
"""Seconds of the bars that are kept."""
KEPT = 2 * 86_400 // STEP


class Candle(msgspec.Struct, frozen=True):
    """One interval of trading from `ts` (epoch µs) on."""

    ts: int
    open: float
    high: float
    low: float
    close: float
    volume: float = 0.0
    turnover: float = 0.0
    """Sum of price times volume."""
    count: int = 0

    @property
    def average(self) -> float:
        """The mean price, by volume where there was any."""
        return self.turnover / self.volume if self.volume else self.close

    def join(self, later: Candle) -> Candle:
        """This interval with the one after it."""
        return Candle(
            self.ts,
            self.open,
            max(self.high, later.high),
            min(self.low, later.low),
            later.close,
            self.volume + later.volume,
            self.turnover + later.turnover,
            self.count + later.count,
        )


class Tape:
    """The last two days of one contract, in steps of five seconds counted from 1970."""

    def __init__(self) -> None:
        self._done: deque[Candle] = deque(maxlen=KEPT)
        self._open: Candle | None = None

    def add(self, ts: int, price: float, volume: float) -> Candle | None:
        """Take in a price and what was traded at it; the step that is complete with that, if one is."""
        begin = ts - ts % (STEP * SECOND)
        new = Candle(begin, price, price, price, price, volume, price * volume, int(volume > 0))
        current = self._open
        if current is not None and current.ts == begin:
            self._open = current.join(new)
            return None
        self._open = new
        if current is not None:
            self._done.append(current)
        return current

    def candles(self, seconds: int, origin: int) -> list[Candle]:
        """Everything kept, in intervals of `seconds` counted from `origin`; the last one may still be growing."""
        open_ = [self._open] if self._open else []
        return joined([*self._done, *open_], seconds, origin)


def joined(candles: Iterable[Candle], seconds: int, origin: int) -> list[Candle]:
    """Neighbouring candles in intervals of `seconds` counted from `origin` (epoch µs)."""
    longer: list[Candle] = []
    for candle in candles:
        begin = candle.ts - (candle.ts - origin) % (seconds * SECOND)
        if longer and longer[-1].ts == begin:
            longer[-1] = longer[-1].join(candle)
        else:
            longer.append(msgspec.structs.replace(candle, ts=begin))
    return longer
