"""The simulated market as a whole."""

from __future__ import annotations

from itertools import pairwise
from statistics import correlation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.clock import SECOND
from tradestream_nb.errors import UserError
from tradestream_nb.events import Quote
from tradestream_nb.sim.market import SimulatedMarket

START = 1_767_623_400 * SECOND
steps = st.lists(st.integers(0, 3600 * SECOND), min_size=1, max_size=100)
seeds = st.integers(0, 2**64)


def walk(seed: int, gaps: list[int], start: int = START, symbols: tuple[str, ...] = ("AAPL",)) -> list[Quote]:
    market, ts, quotes = SimulatedMarket(symbols, seed=seed, start=start), start, []
    for gap in gaps:
        ts += gap
        quotes.append(market.quote("AAPL", ts))
    return quotes


@given(seeds, steps)
def test_every_quote_makes_sense(seed: int, gaps: list[int]) -> None:
    for quote in walk(seed, gaps):
        bid, last, ask = quote.bid, quote.last, quote.ask
        low, high, open_ = quote.low, quote.high, quote.open
        assert bid is not None and last is not None and ask is not None
        assert low is not None and high is not None and open_ is not None
        assert 0.01 < bid <= last <= ask and bid < ask
        assert low <= min(last, open_) and max(last, open_) <= high
        assert all(price == round(price, 2) for price in (bid, last, ask, low, high, open_, quote.close or 0))


@given(seeds, steps)
def test_the_same_seed_gives_the_same_quotes(seed: int, gaps: list[int]) -> None:
    assert walk(seed, gaps) == walk(seed, gaps)


@given(seeds, steps, st.integers(0, 10**16))
def test_prices_do_not_depend_on_when_the_session_starts(seed: int, gaps: list[int], start: int) -> None:
    assert [q.last for q in walk(seed, gaps)] == [q.last for q in walk(seed, gaps, start)]


@given(seeds, steps)
def test_prices_do_not_depend_on_the_other_symbols(seed: int, gaps: list[int]) -> None:
    assert walk(seed, gaps) == walk(seed, gaps, symbols=("MSFT", "AAPL", "IBM"))


def test_another_seed_gives_other_prices() -> None:
    assert walk(1, [SECOND] * 10) != walk(2, [SECOND] * 10)


@given(seeds, st.lists(st.integers(0, 60 * SECOND), min_size=2, max_size=50))
def test_volume_only_grows_within_a_session(seed: int, gaps: list[int]) -> None:
    assert all((a.volume or 0) <= (b.volume or 0) for a, b in pairwise(walk(seed, gaps)))


def test_a_new_session_starts_from_the_close_of_the_last() -> None:
    market = SimulatedMarket(["AAPL"], seed=7, start=START)
    evening = market.quote("AAPL", START + int(6.4 * 3600) * SECOND)
    morning = market.quote("AAPL", START + int(6.6 * 3600) * SECOND)
    assert morning.close == evening.last == morning.open
    assert (morning.volume or 0) < (evening.volume or 0)


def test_a_quote_after_many_years_is_an_ordinary_one() -> None:
    market = SimulatedMarket(["AAPL"], seed=7, start=0)
    early, late = market.quote("AAPL", 3600 * SECOND), market.quote("AAPL", START)
    assert late.close == early.last
    assert (late.volume or 0) < 10 * (early.volume or 0)


def test_a_time_before_the_last_leaves_the_price_alone() -> None:
    market = SimulatedMarket(["AAPL"], seed=7, start=START)
    after = market.quote("AAPL", START + 3600 * SECOND)
    before = market.quote("AAPL", START)
    assert (before.last, before.volume, before.ts) == (after.last, after.volume, START)


def test_symbols_move_together_but_not_in_step() -> None:
    market = SimulatedMarket([f"S{i}" for i in range(40)], seed=7, start=START)
    paths = [[market.quote(i, START + k * 60 * SECOND).last or 0 for k in range(390)] for i in range(40)]
    returns = [[b / a - 1 for a, b in pairwise(path)] for path in paths]
    pairs = [correlation(a, b) for a, b in pairwise(returns)]
    assert 0.1 < sum(pairs) / len(pairs) < 0.7


def test_the_open_and_the_close_are_busier_than_noon() -> None:
    market = SimulatedMarket(["AAPL"], seed=7, start=START)
    traded = [market.quote("AAPL", START + minute * 60 * SECOND).volume or 0 for minute in range(390)]
    first, noon, last = traded[30], traded[210] - traded[180], traded[389] - traded[359]
    assert first > 1.5 * noon and last > 1.5 * noon


def test_expensive_symbols_have_wider_spreads() -> None:
    market = SimulatedMarket([f"S{i}" for i in range(200)], seed=7, start=START)
    quotes = sorted((market.quote(i, START) for i in range(200)), key=lambda quote: quote.last or 0)
    spreads = [(quote.ask or 0) - (quote.bid or 0) for quote in quotes]
    assert sum(spreads[:50]) < sum(spreads[-50:])


@given(seeds, st.integers(1, 50), st.sampled_from([1.0, 5.0, 60.0, 0.5]))
def test_history_leads_up_to_the_first_quote(seed: int, count: int, seconds: float) -> None:
    market = SimulatedMarket(["AAPL"], seed=seed, start=START)
    bars = market.history("AAPL", count, seconds)
    assert len(bars) == count
    assert bars[-1].ts == START and bars[-1].close == market.quote("AAPL", START).last
    assert all(b.ts - a.ts == seconds * SECOND and a.close == b.open for a, b in pairwise(bars))
    assert all(0.01 < bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high for bar in bars)


def test_history_is_the_same_for_the_same_seed() -> None:
    first, second = (SimulatedMarket(["AAPL", "IBM"], seed=7, start=START) for _ in range(2))
    assert first.history("AAPL", 20, 5.0) == second.history("AAPL", 20, 5.0)
    assert [bar.close for bar in first.history("IBM", 20, 5.0)] != [bar.close for bar in first.history("AAPL", 20, 5.0)]


def test_reading_history_does_not_change_what_follows() -> None:
    market = SimulatedMarket(["AAPL"], seed=7, start=START)
    market.history("AAPL", 240, 5.0)
    assert [market.quote("AAPL", START + k * SECOND) for k in range(100)] == walk(7, [0] + [SECOND] * 99)


def test_a_symbol_that_is_not_traded_is_named() -> None:
    market = SimulatedMarket(["AAPL"], seed=7, start=START)
    with pytest.raises(UserError, match="'MSFT' is not traded in this market of 1 symbols"):
        market.quote("MSFT", START)
