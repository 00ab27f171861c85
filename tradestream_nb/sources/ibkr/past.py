"""Bars of the past, so that strategies start warm."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from tradestream_nb.events import Bar
from tradestream_nb.sources.ibkr.connection import Connection
from tradestream_nb.sources.ibkr.instruments import Instrument
from tradestream_nb.sources.ibkr.quotes import past_bar

BARS = 120
"""Bars per symbol before the first quote."""
MOST = 50
"""Symbols that are asked about: the broker answers 60 such questions in 10 minutes."""
AT_ONCE = 6
PATIENCE = 10.0
"""Seconds after which the live prices wait no longer for the past."""
SIZES = {
    1: "1 secs", 5: "5 secs", 10: "10 secs", 15: "15 secs", 30: "30 secs", 60: "1 min", 120: "2 mins", 180: "3 mins",
    300: "5 mins", 600: "10 mins", 900: "15 mins", 1200: "20 mins", 1800: "30 mins", 3600: "1 hour",
}  # fmt: skip
"""The lengths that the broker has bars of, in its own words."""
DAY = 86400


async def past_bars(connection: Connection, instruments: Iterable[Instrument], seconds: float) -> list[Bar]:
    """The last complete bars of every symbol, oldest first.

    There are none of a symbol, or of a length, that the broker refuses, or that it does not answer for in time.
    """
    size = SIZES.get(round(seconds)) if seconds == round(seconds) else None
    if size is None:
        return []
    turn = asyncio.Semaphore(AT_ONCE)

    async def asked(instrument: Instrument) -> list[Bar]:
        async with turn:
            return await _bars_of(connection, instrument, seconds, size)

    tasks = [asyncio.ensure_future(asked(each)) for each in list(instruments)[:MOST]]
    if not tasks:
        return []
    try:
        answered, _ = await asyncio.wait(tasks, timeout=PATIENCE)
    finally:
        for task in tasks:
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return sorted((bar for task in answered for bar in task.result()), key=lambda bar: bar.ts)


async def _bars_of(connection: Connection, instrument: Instrument, seconds: float, size: str) -> list[Bar]:
    contract = instrument.contract
    try:
        bars: Iterable[Any] = await connection.ask(
            connection.ib.reqHistoricalDataAsync(
                contract,
                endDateTime="",
                durationStr=_span(BARS * seconds),
                barSizeSetting=size,
                whatToShow="MIDPOINT" if contract.secType == "CASH" else "TRADES",
                useRTH=False,
                formatDate=2,
            )
        )
    except TimeoutError:
        return []
    read = (past_bar(bar, instrument.symbol, seconds) for bar in bars or ())
    return [bar for bar in read if bar is not None][:-1]


def _span(seconds: float) -> str:
    """A length of time in the broker's words; more than a day is asked for in days."""
    return f"{round(seconds)} S" if seconds <= DAY else f"{-(-round(seconds) // DAY)} D"
