"""Tickers and bars as events."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.clock import micros
from tradestream_nb.events import Bar, Quote
from tradestream_nb.sources.ibkr.quotes import extremes, live_bar, past_bar, quotes_of

NAN = float("nan")


def ticker(**fields: Any) -> SimpleNamespace:
    nothing = dict.fromkeys(
        ("last", "lastSize", "bid", "bidSize", "ask", "askSize", "volume", "open", "high", "low", "close"), NAN
    )
    return SimpleNamespace(**nothing | {"ticks": [], "tickByTicks": [], "marketDataType": 1} | fields)


def trade(price: float, kind: int = 4) -> SimpleNamespace:
    return SimpleNamespace(tickType=kind, price=price, size=10.0)


def test_what_the_broker_has_not_said_is_none() -> None:
    assert quotes_of(ticker(), "AAPL", 5) == [Quote("AAPL", ts=5)]


def test_a_side_that_nobody_quotes_is_none() -> None:
    (quote,) = quotes_of(ticker(bid=-1.0, bidSize=0.0, ask=190.6, askSize=3.0, volume=-1.0), "AAPL", 5)
    assert (quote.bid, quote.ask, quote.volume) == (None, 190.6, None)


@pytest.mark.parametrize(
    ("number", "feed"), [(1, "live"), (2, "frozen"), (3, "delayed"), (4, "delayed_frozen"), (9, "live")]
)
def test_the_kind_of_prices_is_told(number: int, feed: str) -> None:
    assert quotes_of(ticker(marketDataType=number), "AAPL", 5)[0].feed == feed


def test_of_a_burst_the_highest_and_lowest_trades_are_told_before_the_newest() -> None:
    burst = ticker(last=190.2, lastSize=10.0, ticks=[trade(p) for p in (190.5, 190.9, 190.3, 189.9, 190.2)])
    assert [quote.last for quote in quotes_of(burst, "AAPL", 5)] == [190.9, 189.9, 190.2]


def test_ticks_that_are_no_trades_add_nothing() -> None:
    burst = ticker(last=190.2, lastSize=10.0, ticks=[trade(200.0, kind=1), trade(190.2), trade(180.0, kind=2)])
    assert [quote.last for quote in quotes_of(burst, "AAPL", 5)] == [190.2]


@given(st.lists(st.floats(1, 100), min_size=1))
def test_what_is_told_of_a_burst_has_its_extremes_and_its_end(trades: list[float]) -> None:
    told = [*extremes(trades), trades[-1]]
    assert (min(told), max(told), len(told) <= 3) == (min(trades), max(trades), True)


def test_a_live_bar_is_stamped_with_its_end() -> None:
    began = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    bar = SimpleNamespace(time=began, open_=1.0, high=2.0, low=0.5, close=1.5, volume=-1)
    assert live_bar(bar, "AAPL") == Bar("AAPL", 1.0, 2.0, 0.5, 1.5, 0.0, 5, micros(began) + 5_000_000)


def test_a_bar_of_the_past_may_be_of_a_day() -> None:
    bar = SimpleNamespace(date=date(2026, 11, 23), open=1.0, high=2.0, low=0.5, close=1.5, volume=7)
    read = past_bar(bar, "AAPL", 86400)
    assert read is not None and read.ts == micros(datetime(2026, 11, 24, tzinfo=UTC))


def test_a_bar_without_all_its_prices_is_none() -> None:
    bar = SimpleNamespace(date=date(2026, 11, 23), open=1.0, high=NAN, low=0.5, close=1.5, volume=7)
    assert past_bar(bar, "AAPL", 86400) is None
