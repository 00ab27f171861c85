"""What every contract costs."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.sim.tws.serving import START
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.catalogue import Catalogue
from tradestream_nb.sim.tws.prices import Prices

CATALOGUE = Catalogue(["AAPL", "IBM"], start=START)
EVERY = list(CATALOGUE)


def prices(seed: int = 7) -> Prices:
    return Prices(CATALOGUE, seed=seed, start=START)


@pytest.mark.parametrize("listing", EVERY, ids=lambda listing: listing.local_symbol)
def test_a_quote_is_in_whole_ticks_with_room_between_bid_and_ask(listing: Listing) -> None:
    market, tick = prices(), listing.min_tick
    market.wake(listing.con_id)
    for second in range(1, 60):
        [(_, quote)] = market.step(START + second * SECOND)
        assert quote.bid and quote.last and quote.ask and quote.bid <= quote.last <= quote.ask
        assert quote.ask - quote.bid >= tick * 0.999
        for price in (quote.bid, quote.last, quote.ask, quote.open or 0, quote.high or 0):
            assert price / tick == pytest.approx(round(price / tick), abs=1e-6)


def test_only_what_is_awake_is_quoted() -> None:
    market = prices()
    assert list(market.step(START + SECOND)) == []
    market.wake(EVERY[0].con_id)
    assert [listing for listing, _ in market.step(START + 2 * SECOND)] == [EVERY[0]]


def test_history_leads_up_to_the_opening_in_every_length() -> None:
    market, con_id = prices(), EVERY[0].con_id
    for seconds in (5, 60, 3600):
        bars = market.history(con_id, seconds)
        assert bars[-1].ts + seconds * SECOND == market.opening == market.tape(con_id).candles(5, 0)[0].ts
        assert bars[-1].close == market.tape(con_id).candles(5, 0)[0].open
        assert all(after.ts - before.ts == seconds * SECOND for before, after in pairwise(bars))


def test_the_same_seed_costs_the_same() -> None:
    con_id = EVERY[-1].con_id
    assert prices().quote(con_id) == prices().quote(con_id) != prices(8).quote(con_id)
