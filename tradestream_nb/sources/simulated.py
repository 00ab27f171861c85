"""The simulated market as a live source, paced by the wall clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain, count
from typing import Annotated

import msgspec
from msgspec import Meta

from tradestream_nb.clock import SECOND, micros, now
from tradestream_nb.errors import SourceError, UserError
from tradestream_nb.events import Bar, Quote
from tradestream_nb.sim.market import SimulatedMarket
from tradestream_nb.sim.symbols import LIMIT, choose_symbols
from tradestream_nb.sources.base import Outlet
from tradestream_nb.sources.pace import Pace
from tradestream_nb.sources.polled import PolledSource

SLOT = 25_000
"""Quotes go out in groups this many µs apart; the eye sees no steps, and the loop sleeps in between."""
HISTORY = 120
"""Bars per symbol before the first quote."""


class SimulatedOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `sim?…` understands."""

    seed: Annotated[int, Meta(ge=0, description="a whole number from 0; the same seed gives the same prices")] = 7
    symbols: Annotated[
        int | list[str] | str, Meta(description=f"how many (1 to {LIMIT}) or which, separated by commas")
    ] = 20
    rate: Annotated[
        float, Meta(gt=0, le=1000, description="quotes per second of each symbol, above 0 and up to 1000")
    ] = 2.0
    start: Annotated[str, Meta(description="the ISO time of the first quote, or empty for now")] = ""
    polled: Annotated[bool, Meta(description="true or false; true for a market that only answers when asked")] = False
    poll: Annotated[float, Meta(gt=0, le=86400, description="the seconds between questions, above 0")] = 3.0

    def __post_init__(self) -> None:
        """Check what a type cannot say."""
        try:
            choose_symbols(self.symbols)
        except UserError as problem:
            raise SourceError(f"sim: {problem}") from None
        self.first_ts()

    def first_ts(self) -> int | None:
        """`start` in epoch µs, None for now."""
        try:
            return micros(datetime.fromisoformat(self.start)) if self.start else None
        except ValueError:
            raise SourceError(f"sim: start={self.start} does not fit; write it like 2026-01-05T14:30:00Z") from None


class SimulatedSource:
    """Quotes of a market that exists only here; every run begins the same session anew.

    Options, seed and symbols decide the whole sequence; with no `start` only the times differ from run to run.
    """

    Options = SimulatedOptions
    name = "sim"
    virtual = False

    def __init__(self, options: SimulatedOptions | None = None, *, pace: Callable[[], Pace] = Pace) -> None:
        self.options = options or SimulatedOptions()
        self.polled = self.options.polled
        self.symbols = choose_symbols(self.options.symbols)
        self._start, self._make_pace = self.options.first_ts(), pace

    @classmethod
    def open(cls, path: str, options: SimulatedOptions) -> SimulatedSource:
        """The source for `sim?…`; there is nothing a path could name."""
        if path:
            raise SourceError(f"sim takes no path, but got {path!r}; options follow a question mark: sim?seed=7")
        return cls(options)

    async def run(self, outlet: Outlet) -> None:
        """Quote every symbol at once, then in turn at the rate asked for, until cancelled."""
        pace = self._make_pace()
        market = self._market(pace.origin)
        if self.polled:
            turns = (round(turn * self.options.poll * SECOND) for turn in count())
            polled = PolledSource(lambda: self._ask(market, pace, next(turns)), every=self.options.poll, pace=pace)
            return await polled.run(outlet)
        for offset, steps in schedule(len(self.symbols), self.options.rate):
            await pace.until(offset)
            ts = self._ts(pace, offset)
            for step in steps:
                outlet.put(market.quote(step % len(self.symbols), ts))
            await outlet.drain()

    def history(self, seconds: float) -> Iterable[Bar]:
        """`HISTORY` bars of every symbol that lead up to the first quote, oldest first."""
        market = self._market(now())
        bars = (market.history(symbol, HISTORY, seconds) for symbol in self.symbols)
        return chain.from_iterable(zip(*bars, strict=True))

    def _market(self, wall: int) -> SimulatedMarket:
        start = wall if self._start is None else self._start
        return SimulatedMarket(self.symbols, seed=self.options.seed, start=start)

    def _ask(self, market: SimulatedMarket, pace: Pace, offset: int) -> list[Quote]:
        ts = self._ts(pace, offset)
        return [market.quote(place, ts) for place in range(len(self.symbols))]

    def _ts(self, pace: Pace, offset: int) -> int:
        return (pace.origin if self._start is None else self._start) + offset


def schedule(symbols: int, rate: float) -> Iterator[tuple[int, range]]:
    """Pairs of an offset (µs) and the numbers of the quotes due then; quote `n` is of symbol `n % symbols`.

    Every symbol at 0, then `rate` quotes per second of each, spread evenly over slots of at least `SLOT`.
    """
    per_second = symbols * rate
    slot = max(SLOT, round(SECOND / per_second))
    done = 0
    for turn in count():
        due = symbols + int(turn * slot * per_second / SECOND)
        if due > done:
            yield turn * slot, range(done, due)
        done = due
