"""Columns of prices, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradestream_nb.errors import DataFileError
from tradestream_nb.sources.table import Table, read_table

NAMES = ("date", " Time ", "ts", "open", "high", "low", "Close", "volume", "symbol", "price", "bid", "other", "")
VALUES = ("", "1", "-1", "2.5", "2026-01-05", "1767623400", "9" * 20, "1e400", "nan", "NA", "x", '"', "\0", "é")
Read = Callable[[str], Table]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read the text as if it were the file day.csv."""

    def read_text(text: str) -> Table:
        path = tmp_path / "day.csv"
        path.write_text(text, encoding="utf-8")
        return read_table(path)

    return read_text


def test_columns_are_known_by_any_usual_name_in_any_case(read: Read) -> None:
    table = read("Ticker,DATE,Open,HIGH,low,Close,Adj Close,Vol\nIBM,2026-01-05,1,4,1,3,2,100\n")
    assert table.holds_bars and table.symbols == ["IBM"]
    assert table.columns == {"open": [1], "high": [4], "low": [1], "close": [3], "volume": [100]}


def test_quotes_may_leave_prices_out(read: Read) -> None:
    table = read("ts,bid,ask\n1767623400,1.5,\n1767623401,,1.7\n")
    assert not table.holds_bars
    assert table.columns == {"bid": [1.5, None], "ask": [None, 1.7], "last": [None, None], "volume": [None, None]}


def test_what_rounding_has_moved_apart_is_no_mistake(read: Read) -> None:
    table = read("date,open,high,low,close\n2026-01-05,1,3.3,1,3.3000000000000003\n")
    assert table.columns["close"] == [3.3000000000000003]


def test_one_side_of_the_market_is_compared_with_nothing(read: Read) -> None:
    assert read("date,bid,ask\n2026-01-05,1,\n2026-01-05,,2\n2026-01-05,2,2\n").columns["bid"] == [1, None, 2]


def test_a_close_alone_is_a_last_price(read: Read) -> None:
    assert read("date,close\n2026-01-05,7\n").columns["last"] == [7]


def test_a_file_without_symbols_is_called_by_its_name(read: Read) -> None:
    assert read("date,price\n2026-01-05,7\n").symbols == ["DAY"]


def test_a_date_and_a_time_of_day_are_joined(read: Read) -> None:
    table = read("Date,Time,Last\n2026-01-05,09:30:00,1\n2026-01-05,09:31:00,2\n")
    assert table.ts[1] - table.ts[0] == 60_000_000


def test_rows_are_sorted_by_time_and_equal_times_keep_their_order(read: Read) -> None:
    rows = [(f"2026-01-0{9 - number % 3}", f"{number}") for number in range(300)]
    table = read("date,price\n" + "\n".join(map(",".join, rows)))
    assert table.columns["last"] == [float(price) for _, price in sorted(rows, key=lambda row: row[0])]


def test_a_symbol_that_looks_like_a_missing_value_is_a_symbol(read: Read) -> None:
    assert read("date,symbol,price\n2026-01-05,NA,1\n").symbols == ["NA"]


def test_blank_lines_are_skipped_but_counted(read: Read) -> None:
    assert len(read("date,price\n2026-01-05,1\n\n2026-01-06,2\n\n").ts) == 2
    with pytest.raises(DataFileError) as refused:
        read("date,price\n2026-01-05,1\n\n2026-01-06,x\n")
    assert refused.value.row == 4


@pytest.mark.parametrize(
    ("text", "row", "column", "problem"),
    [
        ("", None, None, "is empty"),
        ("date,price\n", None, None, "is empty"),
        ("when,price\n2026-01-05,1\n", None, None, r"has no time column .*; found: when, price"),
        ("date,size\n2026-01-05,1\n", None, None, r"has no prices .*; found: date, size"),
        ("date,price\n2026-01-05,1\n2026-01-06,abc\n", 3, "price", "'abc' is not a number"),
        ("date,price\n2026-01-05,inf\n", 2, "price", "'inf' is not a number"),
        ("date,Price\n2026-01-05,-1\n", 2, "Price", "'-1' is negative"),
        ("date,price,vol\n2026-01-05,1,-5\n", 2, "vol", "'-5' is negative"),
        ("date,open,high,low,close\n2026-01-05,1,2,1,\n", 2, "close", "is missing"),
        ("date,open,high,low,close\n2026-01-05,1,2,3,1\n", 2, "low", "low 3.0 is above high 2.0"),
        ("date,open,high,low,close\n2026-01-05,1,2,1,3\n", 2, "close", "close 3.0 is above high 2.0"),
        ("date,open,high,low,close\n2026-01-05,1,3,2,2.5\n", 2, "low", "low 2.0 is above open 1.0"),
        ("date,bid,ask\n2026-01-05,1,2\n2026-01-06,3,2\n", 3, "bid", "bid 3.0 is above ask 2.0"),
        ("date;price\n2026-01-05;1,5\n", None, None, "is separated by ';', not by commas; save it with commas, and"),
        ("date\tprice\n2026-01-05\t1\n", None, None, "is separated by tabs, not by commas"),
        ("date,price\nsoon,1\n", 2, "date", "'soon' is not a time"),
        ("date,symbol,price\n2026-01-05, ,1\n", 2, "symbol", "is blank"),
        ("date,price\n2026-01-05,1,9\n", 2, None, "more values in a row than names in the header"),
        ("date,price\n2026-01-05,1\n2026-01-06,1,9\n", None, None, "is not a table: Expected 2 fields in line 3"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    read: Read, text: str, row: int | None, column: str | None, problem: str
) -> None:
    with pytest.raises(DataFileError, match=problem) as refused:
        read(text)
    assert (refused.value.row, refused.value.column) == (row, column)
    assert "day.csv" in str(refused.value) and "\n" not in str(refused.value)


def test_parquet_holds_the_same_as_csv(tmp_path: Path) -> None:
    days = pd.date_range("2026-01-05", periods=3)
    frame = pd.DataFrame({"date": days, "symbol": ["A", "B", "A"], "price": [1.0, 2.0, 3.0]})
    frame.to_csv(tmp_path / "x.csv", index=False)
    frame.astype({"symbol": "category"}).to_parquet(tmp_path / "x.parquet")
    frame.set_index("date").to_parquet(tmp_path / "indexed.parquet")
    frame.set_index("date").rename_axis(None).to_parquet(tmp_path / "unnamed.parquet")
    names = ("x.csv", "x.parquet", "indexed.parquet", "unnamed.parquet")
    first, *others = [read_table(tmp_path / name) for name in names]
    assert others == [first] * 3


def test_an_index_that_holds_no_times_is_no_time(tmp_path: Path) -> None:
    pd.DataFrame({"price": [1.0, 2.0]}, index=[7, 9]).to_parquet(tmp_path / "x.parquet")
    with pytest.raises(DataFileError, match="has no time column"):
        read_table(tmp_path / "x.parquet")


def test_parquet_rows_are_counted_from_one(tmp_path: Path) -> None:
    days = pd.date_range("2026-01-05", periods=2)
    pd.DataFrame({"date": days, "price": [1.0, -2.5]}).to_parquet(tmp_path / "x.parquet")
    with pytest.raises(DataFileError, match="row 2, column 'price': '-2.5' is negative"):
        read_table(tmp_path / "x.parquet")


@given(
    st.lists(st.sampled_from(NAMES), max_size=6),
    st.lists(st.lists(st.sampled_from(VALUES) | st.text(max_size=3), max_size=6), max_size=3),
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_any_text_is_either_read_whole_or_refused_in_one_line(
    tmp_path: Path, header: list[str], rows: list[list[str]]
) -> None:
    path = tmp_path / "any.csv"
    path.write_text("\n".join(map(",".join, [header, *rows])), encoding="utf-8", errors="replace")
    try:
        table = read_table(path)
    except DataFileError as refused:
        assert "\n" not in str(refused)
    else:
        assert {len(table.ts)} == {len(table.symbols), *map(len, table.columns.values())}
        assert table.ts == sorted(table.ts)
