"""A day, or years, from a file: the same events again, at any speed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count, groupby
from math import inf
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tradestream_nb.clock import SECOND
from tradestream_nb.errors import SourceError
from tradestream_nb.events import Bar, Quote
from tradestream_nb.sources.base import Outlet
from tradestream_nb.sources.pace import Pace
from tradestream_nb.sources.table import Table, read_table

SAMPLE = Path(__file__).parents[1] / "data" / "sample.parquet"
"""Thirteen years of daily prices of five companies; data/README.md says where they come from."""
DAY = 86_400.0


class ReplayOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `replay:PATH?…` understands."""

    speed: Annotated[
        Annotated[float, Meta(gt=0)] | Literal["max"],
        Meta(description="how many times faster than the data's own clock, a number above 0, or max"),
    ] = 1.0
    loop: Annotated[bool, Meta(description="true or false; true to begin again at the end, with later times")] = False


class ReplaySource:
    """Replays a CSV or Parquet file of bars or quotes in the order of its times.

    A row with open, high, low and close becomes a Quote (last price: the close; `close`: the symbol's row before)
    and a Bar; any other row becomes a Quote. The file is read and checked when the source is made.
    """

    Options = ReplayOptions
    polled = False
    virtual = True

    def __init__(
        self, path: str | Path, options: ReplayOptions | None = None, *, pace: Callable[[], Pace] = Pace
    ) -> None:
        file = SAMPLE if str(path) == "sample" else Path(path).expanduser()
        self.name = f"replay:{file.name}"
        self.options = options or ReplayOptions()
        self.table = read_table(file)
        self._make_pace = pace

    @classmethod
    def open(cls, path: str, options: ReplayOptions) -> ReplaySource:
        """The source for `replay:PATH?…`."""
        if not path:
            raise SourceError("replay needs a file: replay:PATH, or replay:sample for shipped data")
        return cls(path, options)

    async def run(self, outlet: Outlet) -> None:
        """Put each moment's events when they are due, until the data ends."""
        pace, speed = self._make_pace(), self.options.speed
        for ts, moment in groupby(self._passes(), key=_ts):
            if speed != "max":
                await pace.until(round((ts - self.table.ts[0]) / speed))
            for event in moment:
                outlet.put(event)
            await outlet.drain()

    def history(self, seconds: float) -> Iterable[Bar]:
        """Nothing: what came before the file is not known."""
        return ()

    def events(self, *, later: int = 0) -> Iterator[Quote | Bar]:
        """One pass through the file without waiting, with all times `later` by so many µs."""
        return _bars(self.table, later) if self.table.holds_bars else _quotes(self.table, later)

    def _passes(self) -> Iterator[Quote | Bar]:
        first, last = self.table.ts[0], self.table.ts[-1]
        length = last - first + round(min(bar_seconds(self.table).values()) * SECOND)
        for turn in count() if self.options.loop else range(1):
            yield from self.events(later=turn * length)


def read_events(path: str | Path) -> Iterator[Quote | Bar]:
    """The events of a file, or of "sample", in the order a replay puts them."""
    return ReplaySource(path).events()


def bar_seconds(table: Table) -> dict[str, float]:
    """Each symbol's smallest distance between two rows, in seconds; a day where there is none to measure."""
    latest: dict[str, int] = {}
    smallest: dict[str, float] = {}
    for symbol, ts in zip(table.symbols, table.ts, strict=True):
        distance = (ts - latest.get(symbol, ts)) / SECOND or inf
        smallest[symbol] = min(smallest.get(symbol, inf), distance)
        latest[symbol] = ts
    return {symbol: DAY if distance == inf else distance for symbol, distance in smallest.items()}


def _bars(table: Table, later: int) -> Iterator[Quote | Bar]:
    seconds, previous = bar_seconds(table), dict[str, float]()
    prices = [table.columns[name] for name in ("open", "high", "low", "close", "volume")]
    for ts, symbol, open_, high, low, close, volume in zip(table.ts, table.symbols, *prices, strict=True):
        ts += later
        yield Quote(symbol, close, None, None, volume, open_, high, low, previous.get(symbol), ts)
        yield Bar(symbol, open_, high, low, close, volume or 0.0, seconds[symbol], ts)
        previous[symbol] = close


def _quotes(table: Table, later: int) -> Iterator[Quote | Bar]:
    prices = [table.columns[name] for name in ("last", "bid", "ask", "volume")]
    for ts, symbol, last, bid, ask, volume in zip(table.ts, table.symbols, *prices, strict=True):
        yield Quote(symbol, last, bid, ask, volume, ts=ts + later)


def _ts(event: Quote | Bar) -> int:
    return event.ts
