"""Moments as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.clock import SECOND
from tradestream_nb.sim.tws.described import read_time, written

NOON = 1_767_614_400 * SECOND
"""5 January 2026, 12:00 UTC."""


@given(st.integers(0, 4_000_000_000))
def test_what_is_written_can_be_read(second: int) -> None:
    read = read_time(written(second * SECOND))
    # An hour comes twice when the clocks go back.
    assert read is not None and second * SECOND - read in (0, 3600 * SECOND, -3600 * SECOND)


@pytest.mark.parametrize(
    "text",
    ["20260105 12:00:00 UTC", "20260105-12:00:00", "20260105 07:00:00", "20260105 07:00:00 US/Eastern",
     "20260105  13:00:00 Europe/Berlin"],
)  # fmt: skip
def test_clients_write_times_in_several_ways(text: str) -> None:
    assert read_time(text) == NOON


@pytest.mark.parametrize("text", ["", "yesterday", "20260105 25:00:00", "20260105 12:00:00 No/Where", "2026-01-05"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_time(text) is None
