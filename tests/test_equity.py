"""The trail of the portfolio's equity."""

from __future__ import annotations

from math import inf, nan

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.equity import MOST, EquityTrail
from tradestream_nb.events import Quote
from tradestream_nb.messages import PortfolioUpdate


def update(ts: int, equity: float | None, account: str = "A") -> PortfolioUpdate:
    return PortfolioUpdate(account, {}, 0.0, equity=equity, ts=ts)


def noted(*facts: object) -> EquityTrail:
    trail = EquityTrail()
    for fact in facts:
        trail.note(fact)
    return trail


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(-9, 9)), min_size=1))
def test_times_go_up_and_the_newest_value_is_kept(pairs: list[tuple[int, int]]) -> None:
    trail = noted(*(update(ts, equity) for ts, equity in pairs))
    times = [ts for ts, _ in trail.points]
    assert times == sorted(set(times))
    assert trail.points[-1] == pairs[-1]


def test_what_comes_after_a_time_that_a_replay_goes_back_to_is_forgotten() -> None:
    trail = noted(*(update(ts, 100.0) for ts in range(10)), update(4, 90.0), update(5, 95.0))
    assert trail.points == [*((ts, 100.0) for ts in range(4)), (4, 90.0), (5, 95.0)]


@given(st.integers(1, 4 * MOST))
def test_however_long_it_runs_a_bounded_number_of_points_spans_all_of_it(count: int) -> None:
    points = noted(*(update(ts, ts) for ts in range(count))).points
    assert min(count, MOST / 2) <= len(points) <= MOST
    assert (points[0], points[-1]) == ((0, 0), (count - 1, count - 1))


def test_accounts_are_added_up() -> None:
    trail = noted(update(1, 100.0), update(2, 50.0, "B"), update(3, 110.0))
    assert trail.points == [(1, 100.0), (2, 150.0), (3, 160.0)]


@pytest.mark.parametrize("fact", [update(2, None), update(2, nan), update(2, inf), Quote("AAPL", last=5.0, ts=2)])
def test_what_states_no_equity_changes_nothing(fact: object) -> None:
    assert noted(update(1, 100.0), fact).points == [(1, 100.0)]


def test_what_was_read_does_not_change_with_the_trail() -> None:
    trail = noted(update(1, 100.0))
    points = trail.points
    trail.note(update(2, 90.0))
    assert points == [(1, 100.0)]


@pytest.mark.parametrize("facts", [[], [update(1_000_000, 100.0)]])
def test_the_table_has_times_and_numbers_even_when_it_is_empty(facts: list[object]) -> None:
    frame = noted(*facts).df
    assert (len(frame), list(frame)) == (len(facts), ["time", "equity"])
    assert isinstance(frame["time"].dtype, pd.DatetimeTZDtype) and frame["equity"].dtype == float
