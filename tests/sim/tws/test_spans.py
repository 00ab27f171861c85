"""The protocol's words for times."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sim.tws.serving import START
from tradestream_nb.clock import SECOND, micros
from tradestream_nb.sim.tws.spans import duration, end_time, time_text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1800 S", 1800), ("2 D", 172_800), ("1 W", 604_800), ("1 M", 2_592_000), ("1 Y", 31_536_000),
     ("2D", None), ("D", None), ("-1 D", None), ("1 H", None), ("", None)],
)  # fmt: skip
def test_a_length_of_time_is_a_number_and_a_letter(text: str, seconds: int | None) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "hour", "zone"),
    [
        ("20260105 10:00:00 US/Eastern", 10, "US/Eastern"),
        ("20260105 10:00:00 Europe/Berlin", 10, "Europe/Berlin"),
        ("20260105 10:00:00", 10, "US/Eastern"),
        ("20260105-10:00:00", 10, "UTC"),
        ("20260105 10:00", 10, "US/Eastern"),
        ("20260105  10:00:00 UTC", 10, "UTC"),
    ],
)
def test_a_time_is_where_its_zone_is(text: str, hour: int, zone: str) -> None:
    assert end_time(text) == micros(datetime(2026, 1, 5, hour, tzinfo=ZoneInfo(zone)))


@pytest.mark.parametrize("text", ["soon", "20261305 10:00:00", "20260105 10:00:00 Nowhere/Land", "20260105"])
def test_anything_else_is_no_time(text: str) -> None:
    assert end_time(text) is None


@given(st.integers(0, 4_000_000_000))
def test_a_time_reads_back_as_it_was_written(second: int) -> None:
    read = end_time(time_text(second * SECOND, epoch=False))
    # An hour comes twice when the clocks go back.
    assert read is not None and second * SECOND - read in (0, 3600 * SECOND, -3600 * SECOND)


def test_a_time_may_be_written_as_seconds_since_1970() -> None:
    assert time_text(START, epoch=True) == str(START // 1_000_000)
