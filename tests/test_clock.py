"""Times as numbers and as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb import clock

times = st.integers(0, clock.micros(datetime(9999, 12, 31, tzinfo=UTC)))


@given(times)
def test_a_time_survives_the_way_through_a_datetime(ts: int) -> None:
    assert clock.micros(clock.moment(ts)) == ts


@given(times)
def test_iso_text_reads_back_as_the_same_time(ts: int) -> None:
    assert clock.micros(datetime.fromisoformat(clock.iso(ts))) == ts


@given(times, times)
def test_iso_text_sorts_like_the_times(one: int, other: int) -> None:
    assert (clock.iso(one) < clock.iso(other)) == (one < other)


@pytest.mark.parametrize(
    ("ts", "text"),
    [
        (0, "1970-01-01T00:00:00.000000Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (1_767_623_400_250_000, "2026-01-05T14:30:00.250000Z"),
    ],
)
def test_iso_always_has_six_decimals_and_a_z(ts: int, text: str) -> None:
    assert clock.iso(ts) == text


def test_a_naive_datetime_counts_as_utc() -> None:
    assert clock.micros(datetime(2026, 1, 5)) == clock.micros(datetime(2026, 1, 5, tzinfo=UTC))


def test_a_datetime_of_another_zone_is_the_same_moment() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert clock.micros(datetime(2026, 1, 5, 9, tzinfo=tokyo)) == clock.micros(datetime(2026, 1, 5, tzinfo=UTC))


def test_now_is_the_wall_clock_in_microseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time_ns", lambda: 1_767_623_400_250_000_999)
    assert clock.iso(clock.now()) == "2026-01-05T14:30:00.250000Z"
