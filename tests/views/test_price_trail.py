"""The minute behind the prices."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.views.price_trail import SECONDS, PriceTrail


def entered(*seconds: int) -> PriceTrail:
    """Of one symbol, whose price is the second that it is of."""
    trail = PriceTrail()
    price = np.array([])
    for second in seconds:
        trail.enter(second, price)
        price = np.array([float(second)])
    return trail


def kept(trail: PriceTrail, symbols: int = 1) -> list[list[float]]:
    found: list[list[float]] = np.frombuffer(bytes(trail)).reshape(-1, symbols).tolist()
    return found


def browser(seconds: Iterable[int]) -> list[tuple[int, float]]:
    """What `trail.js` has of the same prices, without the newest."""
    points: list[tuple[int, float]] = []
    for second in seconds:
        points = [point for point in points if point[0] < second] + [(second, float(second))]
        edge = second - SECONDS
        while len(points) > 2 and points[1][0] <= edge:
            points = points[1:]
        points[0] = (max(points[0][0], edge), points[0][1])
    return points[:-1]


def test_a_price_is_kept_once_its_second_is_over() -> None:
    trail = entered(100)
    assert (trail.seconds, kept(trail)) == ([], [])
    trail.enter(101, np.array([5.0]))
    assert (trail.seconds, kept(trail), trail.second) == ([100], [[5.0]], 101)


def test_what_is_kept_does_not_change_with_the_prices() -> None:
    prices = np.array([1.0, 2.0])
    trail = entered(100)
    trail.enter(101, prices)
    prices[:] = 9
    assert kept(trail, 2) == [[1.0, 2.0]]


def test_a_minute_is_kept_however_long_it_runs() -> None:
    trail = entered(*range(1_000))
    assert trail.seconds == [*range(999 - SECONDS, 999)]
    assert len(bytes(trail)) == SECONDS * 8


def test_of_a_quiet_time_one_price_stays_at_the_edge() -> None:
    trail = entered(100, 101, 1_000)
    assert (trail.seconds, kept(trail)) == ([1_000 - SECONDS], [[101.0]])


def test_a_replay_that_has_gone_back_goes_on_from_there() -> None:
    trail = entered(100, 101, 102, 103, 102)
    assert trail.seconds == [100, 101]
    trail.enter(103, np.array([7.0]))
    assert (trail.seconds, kept(trail)) == ([100, 101, 102], [[100.0], [101.0], [7.0]])
    trail.enter(5, np.array([8.0]))
    assert trail.seconds == []


def test_a_symbol_that_is_new_has_no_price_before_it_came() -> None:
    trail = PriceTrail()
    trail.enter(100, np.array([]))
    trail.enter(101, np.array([1.0, 3.0]))
    trail.place([0, -1, 1])
    trail.enter(102, np.array([2.0, 4.0, 6.0]))
    assert kept(trail, 3) == [[1.0, pytest.approx(np.nan, nan_ok=True), 3.0], [2.0, 4.0, 6.0]]


@given(st.lists(st.integers(1, 200), min_size=1))
def test_it_is_what_a_browser_keeps_that_has_seen_all(seconds: list[int]) -> None:
    trail = entered(*seconds)
    assert [*zip(trail.seconds, (price for [price] in kept(trail)), strict=True)] == browser(seconds)
