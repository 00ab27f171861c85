"""Times as files write them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.clock import iso, micros
from tradestream_nb.errors import DataFileError
from tradestream_nb.sources.times import parse_times

FILE = Path("day.csv")
MOMENT = micros(datetime(2026, 1, 5, 14, 30, tzinfo=UTC))


def parsed(*values: object) -> list[int]:
    return parse_times(FILE, pd.Series(values, name="ts")).tolist()


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-05T14:30:00Z",
        "2026-01-05 14:30:00",
        "2026-01-05T15:30:00+01:00",
        " 2026-01-05 14:30 ",
        MOMENT // 10**6,
        MOMENT // 10**3,
        MOMENT,
        MOMENT * 10**3,
        str(MOMENT // 10**6),
        MOMENT / 10**6,
        pd.Timestamp("2026-01-05 14:30"),
        pd.Timestamp("2026-01-05 14:30", tz="UTC"),
        pd.Timestamp("2026-01-05 15:30", tz="Europe/Berlin"),
    ],
    ids=str,
)
def test_the_same_moment_is_understood_however_it_is_written(written: object) -> None:
    assert parsed(written) == [MOMENT]


@pytest.mark.parametrize("written", ["2026-01-05", "20260105", 20260105, datetime(2026, 1, 5).date()])
def test_a_date_is_its_midnight_in_utc(written: object) -> None:
    assert iso(parsed(written)[0]) == "2026-01-05T00:00:00.000000Z"


@given(st.lists(st.datetimes(datetime(1700, 1, 1), datetime(2250, 1, 1)), min_size=1))
def test_iso_text_keeps_every_microsecond(times: list[datetime]) -> None:
    assert parsed(*(time.isoformat() for time in times)) == [micros(time) for time in times]


@pytest.mark.parametrize("unit", [10**-6, 10**-3, 1, 1000])
@given(seconds=st.integers(10**8 + 1, 4 * 10**9))
def test_numbers_are_read_by_their_size(unit: float, seconds: int) -> None:
    assert parsed(round(seconds * 10**6 * unit)) == [seconds * 10**6]


@pytest.mark.parametrize(
    "column",
    [
        ("2026-01-05", "monday"),
        ("2026-01-05", ""),
        ("2026-01-05", "05/01/2026"),
        (1767623400, None),
        (1767623400, "monday"),
        (1767623400, 1e30),
        (pd.Timestamp("2026-01-05"), pd.NaT),
    ],
    ids=str,
)
def test_the_first_value_that_is_no_time_is_named(column: tuple[object, ...]) -> None:
    with pytest.raises(DataFileError, match="is not a time; write 2026-01-05T14:30:00Z") as refused:
        parsed(*column)
    assert (refused.value.row, refused.value.column) == (1, "ts")
