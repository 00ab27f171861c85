"""A column of times, however a file writes them, as epoch µs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tradestream_nb.clock import EPOCH
from tradestream_nb.errors import DataFileError

FIRST_EPOCH_NUMBER = 1e8
"""A smaller number is a date written as 20260105, not seconds since 1970."""
LAST = 253_402_300_800 * 1_000_000
"""The end of the year 9999 in epoch µs."""


def parse_times(path: Path, values: pd.Series) -> pd.Series:
    """The times in epoch µs; one without a zone counts as UTC.

    Understands times and dates of Parquet, ISO 8601 text, and numbers since 1970 in seconds, ms, µs or ns, told apart
    by their size. Raises DataFileError naming the row and column of the first one that is none of these.
    """
    micros = _since_epoch(values) if _counts_from_epoch(values) else _iso(values)
    row = first_row(~(micros.abs() < LAST))
    if row is not None:
        problem = f"{str(values[row])!r} is not a time; write 2026-01-05T14:30:00Z or a number since 1970"
        raise DataFileError(path, problem, row=row, column=str(values.name))
    return micros.astype("int64")


def first_row(wrong: pd.Series) -> int | None:
    """The number of the first row that is marked, None when none is."""
    return int(wrong.index.to_numpy()[wrong.to_numpy().argmax()]) if wrong.any() else None


def _counts_from_epoch(values: pd.Series) -> bool:
    if isinstance(values.dtype, pd.DatetimeTZDtype) or values.dtype.kind == "M":
        return False
    return bool(pd.to_numeric(values.head(1), errors="coerce").ge(FIRST_EPOCH_NUMBER).all())


def _since_epoch(values: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    sizes = [numbers < FIRST_EPOCH_NUMBER, numbers < 1e11, numbers < 1e14, numbers < 1e17]
    micros = np.select(sizes, [np.nan, numbers * 1e6, numbers * 1e3, numbers], default=numbers / 1e3)
    return pd.Series(micros, index=values.index).round()


def _iso(values: pd.Series) -> pd.Series:
    if values.dtype.kind != "M":
        values = values.astype(str).str.strip()
    times = pd.to_datetime(values, utc=True, format="ISO8601", errors="coerce")
    micros: pd.Series = (times - pd.Timestamp(EPOCH)) / pd.Timedelta(microseconds=1)
    return micros
