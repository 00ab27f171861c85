"""The random walk of one instrument."""

from __future__ import annotations

from tradestream_nb.clock import SECOND
from tradestream_nb.sim.instrument import Instrument, MarketFactor, u_shape


def test_activity_averages_to_one_over_a_session() -> None:
    assert abs(sum(u_shape((i + 0.5) / 1000) for i in range(1000)) / 1000 - 1) < 1e-5


def test_the_market_factor_is_the_same_however_it_is_asked() -> None:
    far, near = MarketFactor(7), MarketFactor(7)
    assert far.at(5000 * SECOND) == [near.at(i * SECOND) for i in range(5001)][-1]
    assert far.at(0) == near.at(0) == 0.0


def test_prices_never_sink_below_two_cents() -> None:
    penny = Instrument("PENNY", MarketFactor(7), seed=7, start=0)
    penny.volatility = 50.0
    quotes = [penny.quote(i * 3600 * SECOND) for i in range(200)]
    assert min(quote.bid or 0 for quote in quotes) == 0.02
    assert all((quote.bid or 0) <= (quote.last or 0) <= (quote.ask or 0) for quote in quotes)
