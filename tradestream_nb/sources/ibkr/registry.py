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
REPEATED = 1.0
"""Seconds after a question in which the broker repeats what it knew."""


class Wanted(msgspec.Struct):
    """One subscription; the times are epoch µs, 0 for never."""

    name: ContractName
    feed: Feed
    holders: int = 1
    asked: int = 0
    """When it was asked for last."""
    heard: int = 0
    """When it last said something of its own accord."""
    since: int = 0
    """When it was last heard, or first asked for."""
    asked_again: int = 0
    """How often it was asked for again since then."""

    def ask(self, now: int, *, afresh: bool) -> None:
        """It is asked for now, for the first time or again."""
        is_first = not self.since
        self.asked, self.since = now, self.since or now
        self.asked_again = 0 if afresh or is_first else self.asked_again + 1

    def hear(self, now: int) -> None:
        """Something came in; what follows a question at once only repeats what was known before."""
        if not self.asked_again or now - self.asked > REPEATED * SECOND:
            self.heard = self.since = now
            self.asked_again = 0

    def silent_for(self, now: int) -> float:
        """Seconds since it was last heard, or first asked for."""
        return (now - self.since) / SECOND

    def is_due(self, now: int, seconds: float) -> bool:
        """Whether to ask again, after so many seconds of silence and twice as many each time that it did not help."""
        waited = (now - max(self.since, self.asked)) / SECOND
        return waited >= seconds * (1 << min(self.asked_again, MOST_DOUBLINGS))


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

    def _budget(self, feed: Feed) -> Budget:
        return self.ticks if feed == "ticks" else self.lines
