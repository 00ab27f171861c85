"""Trading hours as the broker writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tradestream_nb.clock import micros
from tradestream_nb.sources.ibkr.hours import Hours, parse_hours

WEEK = "20261125:0930-20261125:1600;20261126:CLOSED;20261127:0930-20261127:1300"
"""Wednesday, Thanksgiving and the half day after it."""


def utc(day: int, hour: int, minute: int = 0) -> int:
    return micros(datetime(2026, 11, day, hour, minute, tzinfo=UTC))


@pytest.mark.parametrize(
    ("ts", "is_open"),
    [
        (utc(25, 14, 29), False),
        (utc(25, 14, 30), True),
        (utc(25, 20, 59), True),
        (utc(25, 21, 0), False),
        (utc(26, 16, 0), False),
        (utc(27, 17, 59), True),
        (utc(27, 18, 0), False),
    ],
)
@pytest.mark.parametrize("zone", ["US/Eastern", "America/New_York", "EST (Eastern Standard Time)"])
def test_a_market_is_open_in_its_own_zones_hours(ts: int, is_open: bool, zone: str) -> None:
    assert parse_hours(WEEK, zone).is_open(ts) is is_open


def test_beyond_what_is_listed_the_market_may_be_open() -> None:
    hours = parse_hours(WEEK, "US/Eastern")
    assert not hours.knows(utc(30, 15)) and hours.is_open(utc(30, 15))


def test_summer_time_is_kept_for_an_abbreviated_zone() -> None:
    hours = parse_hours("20260703:0930-20260703:1600", "EST")
    assert hours.is_open(micros(datetime(2026, 7, 3, 13, 30, tzinfo=UTC)))


def test_a_session_may_last_over_midnight() -> None:
    hours = parse_hours("20261122:1700-20261123:1600", "US/Central")
    assert hours.is_open(utc(23, 5)) and not hours.is_open(utc(23, 22, 30))


def test_an_older_answer_without_second_dates_is_understood() -> None:
    hours = parse_hours("20261123:0930-1200,1300-1600", "US/Eastern")
    assert hours.is_open(utc(23, 15))


def test_it_tells_when_the_session_began() -> None:
    hours = parse_hours(WEEK, "US/Eastern")
    assert (hours.opened(utc(25, 15)), hours.opened(utc(26, 15))) == (utc(25, 14, 30), 0)


@pytest.mark.parametrize(
    ("text", "zone"), [("", "US/Eastern"), ("nonsense", ""), ("20261123:0930-20261123:1600", "Moon/Base")]
)
def test_what_cannot_be_read_says_nothing(text: str, zone: str) -> None:
    assert parse_hours(text, zone).is_open(utc(30, 3))
    assert Hours().is_open(0)
