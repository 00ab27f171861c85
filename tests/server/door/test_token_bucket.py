"""A rate with bursts, by a clock of the test's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.server.door.token_bucket import TokenBucket


def test_a_burst_is_taken_at_once_and_then_one_at_a_time() -> None:
    bucket = TokenBucket(rate=2, burst=3)
    assert [bucket.take(100.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert bucket.take(100.25) == pytest.approx(0.25)
    assert bucket.take(100.5) == 0
    assert bucket.take(100.5) == 0.5


def test_a_long_pause_gives_no_more_than_the_burst() -> None:
    bucket = TokenBucket(rate=10, burst=2)
    assert [bucket.take(1e6) for _ in range(3)] == [0, 0, pytest.approx(0.1)]


@given(st.lists(st.floats(0, 5), max_size=60), st.floats(0.1, 50), st.integers(1, 20))
def test_no_more_is_taken_than_the_burst_and_the_rate_allow(pauses: list[float], rate: float, burst: int) -> None:
    bucket, now, taken = TokenBucket(rate, burst), 0.0, 0
    for pause in pauses:
        now += pause
        taken += not bucket.take(now)
    assert taken <= burst + rate * now + 1e-6
