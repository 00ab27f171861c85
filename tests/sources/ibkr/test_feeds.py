"""What is said to be silent."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tradestream_nb.clock import SECOND
from tradestream_nb.sources.ibkr.feeds import Feeds
from tradestream_nb.sources.ibkr.hours import Hours
from tradestream_nb.sources.ibkr.instruments import Instrument
from tradestream_nb.sources.ibkr.options import IbkrOptions
from tradestream_nb.sources.ibkr.symbols import ContractName
from tradestream_nb.sources.ibkr.troubles import Troubles

OPENS, CLOSES = 36_000 * SECOND, 60_000 * SECOND
AAPL = ContractName("AAPL")


@pytest.fixture
def feeds() -> Feeds:
    """One symbol, last heard long before its market opened."""
    feeds = Feeds(cast(Any, None), IbkrOptions(), Troubles(), lambda event: None)
    wanted = feeds.registry.hold(AAPL, "quotes")
    assert wanted is not None
    wanted.ask(SECOND, afresh=True)
    wanted.hear(2 * SECOND)
    feeds.instruments[AAPL] = Instrument(None, "AAPL", Hours(((OPENS, CLOSES),), CLOSES), 0)
    return feeds


def test_nobody_is_silent_before_the_market_opens_nor_at_once_when_it_does(feeds: Feeds) -> None:
    assert feeds.quiet(OPENS - 1) and not feeds.all_silent(OPENS - 1)
    assert not feeds.quiet(OPENS) and not feeds.all_silent(OPENS) and feeds.silent(OPENS) == {}
    assert feeds.heard(OPENS) == OPENS


def test_a_symbol_that_stays_silent_after_the_opening_is_told(feeds: Feeds) -> None:
    assert feeds.silent(OPENS + 9 * SECOND) == {"AAPL": 9.0} and feeds.all_silent(OPENS + 9 * SECOND)
