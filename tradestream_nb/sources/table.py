"""Prices of a file or a DataFrame as columns, checked row by row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from tradestream_nb.errors import DataFileError
from tradestream_nb.sources.price_file import read_file
from tradestream_nb.sources.times import first_row, parse_times

BAR_COLUMNS = ("open", "high", "low", "close")
QUOTE_COLUMNS = ("bid", "ask", "last")
ALIASES = {
    "time": ("timestamp", "ts", "datetime", "date", "time"),
    "symbol": ("symbol", "ticker"),
    "open": ("open",),
    "high": ("high",),
    "low": ("low",),
    "close": ("close",),
    "volume": ("volume", "vol"),
    "bid": ("bid",),
    "ask": ("ask",),
    "last": ("last", "price", "close"),
}
"""The names a column may have, best first, in any case."""
_ORDERED = (("low", "high"), ("open", "high"), ("close", "high"), ("low", "open"), ("low", "close"))
_QUOTED = (("bid", "ask"),)
"""Of these pairs the first is never above the second."""
_ROUNDING = 1e-9
"""By how much of its value it may be so all the same: adjusted prices are rounded apart."""


class Table(msgspec.Struct, frozen=True):
    """The columns of a file, all of one length and sorted by time; rows of the same time keep the file's order."""

    holds_bars: bool
    """True when there are open, high, low and close; False for quotes."""
    ts: list[int]
    symbols: list[str]
    columns: dict[str, list[float | None]]
    """Prices by name, and `volume`; None where an optional value is missing."""


def read_table(path: Path) -> Table:
    """Read and check a `.csv` or `.parquet` file.

    Raises DataFileError with the row and column of the first thing that is not a price.
    """
    return _checked(path, read_file(path))


def frame_table(frame: pd.DataFrame) -> Table:
    """Check a DataFrame in the same way; its index may hold the times. Without symbols all rows are of "DATAFRAME".

    Raises DataFileError with the row, counted from 0, and the column.
    """
    if isinstance(frame.index, pd.DatetimeIndex):
        frame = frame.rename_axis(index="time")
    if "time" not in _find_columns(list(map(str, frame.columns))):
        frame = frame.reset_index()
    return _checked(Path("DataFrame"), frame.reset_index(drop=True))


def _checked(path: Path, frame: pd.DataFrame) -> Table:
    if frame.empty:
        raise DataFileError(path, "is empty; it needs a time column, price columns and at least one row")
    found = _find_columns(list(map(str, frame.columns)))
    holds_bars = all(name in found for name in BAR_COLUMNS)
    _check_columns(path, frame, found, holds_bars)
    required, optional = (BAR_COLUMNS, ("volume",)) if holds_bars else ((), (*QUOTE_COLUMNS, "volume"))
    numbers = {name: _numbers(path, frame[found[name]], blank=False) for name in required}
    numbers |= {name: _numbers(path, frame[found[name]], blank=True) for name in optional if name in found}
    for lower, upper in _ORDERED if holds_bars else _QUOTED:
        if lower in numbers and upper in numbers:
            _check_order(path, numbers[lower], numbers[upper], lower, upper)
    ts = parse_times(path, _time_column(frame, found["time"]))
    order = np.argsort(ts.to_numpy(), kind="stable")
    symbols = _symbols(path, frame, found.get("symbol"))
    missing: list[float | None] = [None] * len(frame)
    return Table(
        holds_bars,
        ts.iloc[order].tolist(),
        symbols.iloc[order].tolist(),
        {
            name: _with_none(numbers[name].iloc[order]) if name in numbers else missing
            for name in (*required, *optional)
        },
    )


def _find_columns(names: Sequence[str]) -> dict[str, str]:
    """The file's own name of each column that is known, by what it is."""
    written = {name.strip().lower(): name for name in reversed(names)}
    return {
        meaning: written[next(filter(written.__contains__, aliases))]
        for meaning, aliases in ALIASES.items()
        if not written.keys().isdisjoint(aliases)
    }


def _check_columns(path: Path, frame: pd.DataFrame, found: dict[str, str], holds_bars: bool) -> None:
    names = ", ".join(map(str, frame.columns))
    if "time" not in found:
        raise DataFileError(path, f"has no time column ({', '.join(ALIASES['time'])}); found: {names}")
    if not holds_bars and found.keys().isdisjoint(QUOTE_COLUMNS):
        raise DataFileError(path, f"has no prices (open, high, low and close, or bid, ask or last); found: {names}")


def _time_column(frame: pd.DataFrame, name: str) -> pd.Series:
    """The times; a date and a time of day in columns of their own are joined."""
    clock = next((column for column in frame.columns if str(column).strip().lower() == "time"), None)
    if name.strip().lower() != "date" or clock is None:
        return frame[name]
    return (frame[name].astype(str) + " " + frame[clock].astype(str)).rename(name)


def _symbols(path: Path, frame: pd.DataFrame, column: str | None) -> pd.Series:
    if column is None:
        return pd.Series(path.stem.upper(), index=frame.index)
    symbols = frame[column].astype(object).where(frame[column].notna(), "").astype(str).str.strip()
    row = first_row(symbols == "")
    if row is not None:
        raise DataFileError(path, "is blank", row=row, column=column)
    return symbols


def _numbers(path: Path, values: pd.Series, *, blank: bool) -> pd.Series:
    """The values as numbers from 0 up; with `blank`, a missing one is NaN."""
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    missing = values.isna() | (values.astype(str).str.strip() == "")
    negative = numbers < 0
    row = first_row(~(numbers.abs() < np.inf) & ~(missing & blank) | negative)
    if row is None:
        return numbers
    problem = "negative" if negative[row] else "not a number"
    problem = "is missing" if missing[row] else f"{str(values[row])!r} is {problem}"
    raise DataFileError(path, problem, row=row, column=str(values.name))


def _check_order(path: Path, low: pd.Series, high: pd.Series, lower: str, upper: str) -> None:
    row = first_row(low > high * (1 + _ROUNDING))
    if row is not None:
        raise DataFileError(path, f"{lower} {low[row]} is above {upper} {high[row]}", row=row, column=str(low.name))


def _with_none(numbers: pd.Series) -> list[float | None]:
    if not numbers.isna().any():
        return numbers.tolist()
    return [None if number != number else number for number in numbers.tolist()]
