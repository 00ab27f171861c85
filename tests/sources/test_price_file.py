"""Files of prices as they are, and files that are none."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tradestream_nb.errors import DataFileError
from tradestream_nb.sources.price_file import read_file


def test_everything_in_a_csv_is_text_and_rows_are_counted_with_the_header(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text("date,price\n2026-01-05,1.50\n\n2026-01-06,x\n", encoding="utf-8")
    frame = read_file(tmp_path / "day.csv")
    assert frame.to_dict("index") == {
        2: {"date": "2026-01-05", "price": "1.50"},
        4: {"date": "2026-01-06", "price": "x"},
    }


def test_rows_of_parquet_are_counted_without_one(tmp_path: Path) -> None:
    pd.DataFrame({"price": [1.0, 2.0]}).to_parquet(tmp_path / "day.parquet")
    assert read_file(tmp_path / "day.parquet")["price"].to_dict() == {1: 1.0, 2: 2.0}


def test_a_missing_file_is_named_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"nope.csv: there is no such file; check the path, or use 'sample'"):
        read_file(tmp_path / "nope.csv")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("day.xlsx", b"", r"must end in .csv or .parquet"),
        ("day.parquet", b"hello", "is not a Parquet file"),
        ("day.csv", b"date,price\n\xff\xfe,1\n", "is not UTF-8"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataFileError, match=problem):
        read_file(tmp_path / name)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "day.csv").mkdir()
    with pytest.raises(DataFileError, match="cannot be read"):
        read_file(tmp_path / "day.csv")
