"""Who wants what: one subscription per contract and kind, however many ask for it, and how long it has been silent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from tradestream_nb.clock import SECOND
from tradestream_nb.sources.ibkr.budget import LINES, TICK_BY_TICK, Budget
from tradestream_nb.sources.ibkr.symbols import ContractName

Feed = Literal["quotes", "ticks", "bars"]
"""Quotes of the market, every single trade, or bars of 5 s."""


MOST_DOUBLINGS = 5


class Wanted(msgspec.Struct):
    """One subscription; the times are epoch µs, 0 for never."""

    name: ContractName
    feed: Feed
    holders: int = 1
    asked: int = 0
    heard: int = 0
    asked_again: int = 0
    """How often it was asked for again since it was last heard of."""

    def hear(self, now: int) -> None:
        """Something came in."""
        self.heard, self.asked_again = now, 0

    def silent_for(self, now: int) -> float:
        """Seconds since it was last heard of, or asked for."""
        return (now - max(self.heard, self.asked)) / SECOND


class Registry:
    """Counts the holders of each subscription; only the first of them costs something, and the last frees it."""

    def __init__(self, *, lines: int = LINES, tick_by_tick: int = TICK_BY_TICK) -> None:
        self.lines = Budget("market-data lines", lines)
        self.ticks = Budget("tick-by-tick streams", tick_by_tick)
        self._wanted: dict[tuple[ContractName, Feed], Wanted] = {}

    def __iter__(self) -> Iterator[Wanted]:
        return iter(tuple(self._wanted.values()))

    def hold(self, name: ContractName, feed: Feed) -> Wanted | None:
        """Count one more holder; the subscription, when it is a new one that has to be asked for.

        Raises SourceError when there is no room for it.
        """
        known = self._wanted.get((name, feed))
        if known is not None:
            known.holders += 1
            return None
        self._budget(feed).take(str(name))
        self._wanted[name, feed] = wanted = Wanted(name, feed)
        return wanted

    def release(self, name: ContractName, feed: Feed) -> Wanted | None:
        """Count one holder less; the subscription, when nobody is left and it has to be cancelled."""
        wanted = self._wanted.get((name, feed))
        if wanted is None:
            return None
        wanted.holders -= 1
        if wanted.holders > 0:
            return None
        self._budget(feed).give_back()
        return self._wanted.pop((name, feed))

    def get(self, name: ContractName, feed: Feed) -> Wanted | None:
        """The subscription, None when nobody holds it."""
        return self._wanted.get((name, feed))

    @property
    def heard(self) -> int:
        """When anything was heard last."""
        return max((wanted.heard for wanted in self._wanted.values()), default=0)

    def silent(self, now: int, seconds: float) -> list[Wanted]:
        """What has neither been heard of nor asked for in so many seconds, doubled each time it was asked for again."""
        return [each for each in self if each.silent_for(now) >= seconds * 2 ** min(each.asked_again, MOST_DOUBLINGS)]

    def _budget(self, feed: Feed) -> Budget:
        return self.ticks if feed == "ticks" else self.lines
