"""What one contract did."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.sim.tws.serving import START
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.tws.tape import Tape

trades = st.lists(
    st.tuples(st.integers(0, 20 * SECOND), st.integers(1, 100), st.integers(0, 50)), min_size=1, max_size=60
)


def recorded(steps: list[tuple[int, int, int]]) -> Tape:
    tape, ts = Tape(), START
    for gap, price, volume in steps:
        ts += gap
        tape.add(ts, float(price), float(volume))
    return tape


@given(trades, st.sampled_from([5, 10, 60, 3600]))
def test_longer_bars_tell_the_same_as_the_trades(steps: list[tuple[int, int, int]], seconds: int) -> None:
    candles = recorded(steps).candles(seconds, START)
    prices = [price for _, price, _ in steps]
    assert (candles[0].open, candles[-1].close) == (prices[0], prices[-1])
    assert (max(each.high for each in candles), min(each.low for each in candles)) == (max(prices), min(prices))
    assert sum(each.volume for each in candles) == sum(volume for _, _, volume in steps)
    assert all(each.low <= each.average <= each.high for each in candles)
    assert all(b.ts - a.ts >= seconds * SECOND for a, b in pairwise(candles))
    assert {each.ts % (seconds * SECOND) for each in candles} == {START % (seconds * SECOND)}


def test_a_step_is_complete_with_the_first_price_of_the_next() -> None:
    tape = Tape()
    assert [tape.add(START + at * SECOND, 10.0 + at, 1) for at in (0, 2, 4)] == [None] * 3
    done = tape.add(START + 5 * SECOND, 9.0, 1)
    assert done and (done.ts, done.open, done.high, done.close, done.volume, done.count) == (START, 10, 14, 14, 3, 3)
