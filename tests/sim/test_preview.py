"""What an order would do."""

from __future__ import annotations

import pytest

from tests.sim.exchanges import AAPL, opened
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.exchange import Exchange
from tradestream_nb.sim.orders import Ticket
from tradestream_nb.sim.preview import Preview
from tradestream_nb.sim.reports import Notice

BUY = Ticket("BUY", 100)


def test_a_preview_places_nothing_and_says_what_would_change() -> None:
    exchange = opened(depth=1000)
    exchange.place(7, 5, AAPL, BUY, SECOND)
    seen = exchange.preview(7, 6, AAPL, BUY)
    assert isinstance(seen, Preview) and seen.is_affordable
    assert seen.initial_before == pytest.approx(5000) and seen.commission == 1.0
    assert seen.initial_after == pytest.approx(10_000, rel=1e-3)
    assert exchange.orders.open() == []
    assert isinstance(exchange.preview(7, 6, AAPL, Ticket("BUY", 0)), Notice)
    assert isinstance(Exchange().preview(7, 6, AAPL, BUY), Notice)
