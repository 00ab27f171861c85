"""A table's rows as events; any row can be asked for by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Bar, Quote
from tradestream_nb.sources.table import Table

DAY = 86_400.0


class Tape:
    """Gives the events of a table's rows in their order.

    A row with open, high, low and close is a Quote (last price: the close; `close`: that of the symbol's row before)
    and a Bar; any other row is a Quote.
    """

    def __init__(self, table: Table) -> None:
        self.times = table.ts
        self.seconds = bar_seconds(table)
        self.lap = table.ts[-1] - table.ts[0] + round(min(self.seconds.values()) * SECOND)
        """The µs from the first row to where it may come again."""
        self._table = table
        self.events: Callable[[range, int], Iterator[Quote | Bar]] = self._bars if table.holds_bars else self._quotes
        """The events of these rows, with all times so many µs later."""
        self._before = _closes_before(table) if table.holds_bars else []

    def _bars(self, rows: range, later: int) -> Iterator[Quote | Bar]:
        table, part = self._table, slice(rows.start, rows.stop)
        prices = [table.columns[name][part] for name in ("open", "high", "low", "close", "volume")]
        known = zip(table.ts[part], table.symbols[part], self._before[part], *prices, strict=True)
        for ts, symbol, before, open_, high, low, close, volume in known:
            ts += later
            yield Quote(symbol, close, None, None, volume, open_, high, low, before, ts)
            yield Bar(symbol, open_, high, low, close, volume or 0.0, self.seconds[symbol], ts)

    def _quotes(self, rows: range, later: int) -> Iterator[Quote | Bar]:
        table, part = self._table, slice(rows.start, rows.stop)
        prices = [table.columns[name][part] for name in ("last", "bid", "ask", "volume")]
        for ts, symbol, last, bid, ask, volume in zip(table.ts[part], table.symbols[part], *prices, strict=True):
            yield Quote(symbol, last, bid, ask, volume, ts=ts + later)


def bar_seconds(table: Table) -> dict[str, float]:
    """Each symbol's smallest distance between two rows, in seconds; a day where there is none to measure."""
    latest: dict[str, int] = {}
    smallest: dict[str, float] = {}
    for symbol, ts in zip(table.symbols, table.ts, strict=True):
        distance = (ts - latest.get(symbol, ts)) / SECOND or inf
        smallest[symbol] = min(smallest.get(symbol, inf), distance)
        latest[symbol] = ts
    return {symbol: DAY if distance == inf else distance for symbol, distance in smallest.items()}


def _closes_before(table: Table) -> list[float | None]:
    """For every row the close of its symbol's row before."""
    latest: dict[str, float | None] = {}
    before: list[float | None] = []
    for symbol, close in zip(table.symbols, table.columns["close"], strict=True):
        before.append(latest.get(symbol))
        latest[symbol] = close
    return before
