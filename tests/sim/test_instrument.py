"""The random walk of one instrument."""

from __future__ import annotations

from itertools import pairwise

from tradestream_nb.clock import SECOND
from tradestream_nb.sim.instrument import SESSION, Instrument, MarketFactor, u_shape


def test_activity_averages_to_one_over_a_session() -> None:
    assert abs(sum(u_shape((i + 0.5) / 1000) for i in range(1000)) / 1000 - 1) < 1e-5


def test_the_market_factor_ends_a_session_where_it_began() -> None:
    factor = MarketFactor(7)
    path = [factor.at(second * SECOND) for second in range(SESSION // SECOND)]
    assert factor.at(0) == factor.at(SESSION) == 0.0
    assert max(abs(b - a) for a, b in pairwise([*path, 0.0])) < 0.001
    assert 0.001 < max(map(abs, path)) < 0.05


def test_prices_never_sink_below_two_cents() -> None:
    penny = Instrument("PENNY", MarketFactor(7), seed=7, start=0)
    penny.volatility = 50.0
    quotes = [penny.quote(i * 3600 * SECOND) for i in range(200)]
    assert min(quote.bid or 0 for quote in quotes) == 0.02
    assert all((quote.bid or 0) <= (quote.last or 0) <= (quote.ask or 0) for quote in quotes)
