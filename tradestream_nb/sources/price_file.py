"""A CSV or Parquet file as a DataFrame, nothing in it checked yet.

Rows are numbered as a spreadsheet shows them: in CSV the header is row 1 and the first prices are row 2; Parquet has
no header row, so its first row is 1.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tradestream_nb.errors import DataFileError

_SEPARATORS = {";": "';'", "\t": "tabs", "|": "'|'"}
"""What other programs write between two values, in words."""


def read_file(path: Path) -> pd.DataFrame:
    """The file as it is, with the rows' numbers as the index; raises DataFileError for what is no table."""
    readers = {".csv": _read_csv, ".parquet": _read_parquet}
    if path.suffix.lower() not in readers:
        raise DataFileError(path, "cannot tell what it holds; its name must end in .csv or .parquet")
    try:
        return readers[path.suffix.lower()](path)
    except FileNotFoundError:
        raise DataFileError(path, "there is no such file; check the path, or use 'sample' for shipped data") from None
    except OSError as problem:
        raise DataFileError(path, f"cannot be read: {problem.strerror or problem}") from None


def _read_csv(path: Path) -> pd.DataFrame:
    """Everything as text, so that a value that is no number can be shown as it is written."""
    _check_separator(path)
    try:
        frame = pd.read_csv(path, dtype=str, na_filter=False, skip_blank_lines=False, encoding="utf-8-sig")
    except pd.errors.EmptyDataError:
        return pd.DataFrame()
    except pd.errors.ParserError as problem:
        raise DataFileError(path, f"is not a table: {str(problem).rpartition('error: ')[2].strip()}") from None
    except UnicodeDecodeError:
        raise DataFileError(path, "is not UTF-8 text; save it as CSV in UTF-8") from None
    if not isinstance(frame.index, pd.RangeIndex):
        raise DataFileError(path, "has more values in a row than names in the header", row=2)
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame.loc[(frame != "").any(axis=1)]


def _check_separator(path: Path) -> None:
    """Refuse a header that is not separated by commas: its one long name would only be said to be no time."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        header = file.readline()
    found = next((said for separator, said in _SEPARATORS.items() if separator in header), None)
    if found and "," not in header:
        problem = f"is separated by {found}, not by commas; save it with commas, and with points in the numbers"
        raise DataFileError(path, problem)


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        frame: pd.DataFrame = pq.read_table(path).to_pandas(ignore_metadata=True)
    except pa.ArrowInvalid:
        raise DataFileError(path, "is not a Parquet file") from None
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    unnamed = frame.get("__index_level_0__")
    # Pandas writes an index without a name as this column; one of times is meant as the time.
    return frame.rename(columns={"__index_level_0__": "time"}) if _holds_times(unnamed) else frame


def _holds_times(column: pd.Series | None) -> bool:
    return column is not None and pd.api.types.is_datetime64_any_dtype(column)
