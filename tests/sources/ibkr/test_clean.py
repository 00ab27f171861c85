"""What the broker writes where it has nothing to say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.clock import moment
from tradestream_nb.sources.ibkr.clean import amount, number, price, ts_of

LARGEST = 1.7976931348623157e308


@pytest.mark.parametrize(
    "value", [LARGEST, -LARGEST, "1.7976931348623157E308", float("nan"), float("inf"), "", None, "n/a"]
)
def test_what_is_unset_is_none(value: object) -> None:
    assert number(value) is price(value, 5) is amount(value) is None


@pytest.mark.parametrize(("value", "read"), [(0, 0.0), ("-12.5", -12.5), (1e12, 1e12)])
def test_a_figure_is_itself(value: object, read: float) -> None:
    assert number(value) == read


@pytest.mark.parametrize(("value", "size"), [(-1.0, 0), (0.0, 0.0), (-1.0, None), (-1.0, float("nan")), (0, LARGEST)])
def test_minus_one_or_nothing_with_no_size_is_no_price(value: float, size: float | None) -> None:
    assert price(value, size) is None


def test_a_spread_may_cost_less_than_nothing_where_somebody_offers_it() -> None:
    assert (price(-1.0, 3), price(0.0, 1)) == (-1.0, 0.0)


def test_a_count_is_never_negative() -> None:
    assert (amount(-1), amount(0), amount(250.0)) == (None, 0.0, 250.0)


@given(st.one_of(st.floats(), st.text(), st.none(), st.integers()))
def test_nothing_that_passes_is_null_in_json(value: object) -> None:
    for cleaned in (number(value), price(value), amount(value)):
        assert cleaned is None or msgspec.json.encode(cleaned) != b"null"


def test_times_become_utc() -> None:
    new_york = datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("America/New_York"))
    assert moment(ts_of(new_york)) == datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    assert moment(ts_of(date(2026, 11, 23))) == datetime(2026, 11, 23, tzinfo=UTC)
