"""Price of every symbol, sent when it changes."""

from __future__ import annotations

import pytest

from handlers.price_updates import price_updates
from tradestream_nb import PriceUpdate, Quote

QUOTE = Quote("AAPL", 101.0, volume=5.0, open=99.0, high=102.0, low=98.0, close=100.0, ts=7)
UPDATE = PriceUpdate("AAPL", 101.0, 1.0, 1.0, 5.0, 102.0, 98.0, 99.0, 100.0, 7)


def test_the_first_price_is_sent_with_its_change_against_the_close() -> None:
    assert price_updates(QUOTE, None) == (UPDATE, [UPDATE])


def test_a_price_that_did_not_move_is_not_sent() -> None:
    assert price_updates(Quote("AAPL", 101.0, volume=9.0, ts=8), UPDATE) == (UPDATE, [])


@pytest.mark.parametrize(("price", "sent"), [(101.4, False), (101.5, True), (100.5, True), (100.6, False)])
def test_a_move_smaller_than_asked_for_is_not_sent(price: float, sent: bool) -> None:
    state, messages = price_updates(Quote("AAPL", price), UPDATE, min_move=0.5)
    assert [message.price for message in messages] == ([price] if sent else [])
    assert state == (messages[0] if sent else UPDATE)


def test_small_moves_add_up_against_the_last_price_sent() -> None:
    state: PriceUpdate | None = UPDATE
    sent = []
    for price in (101.2, 101.4, 101.6):
        state, messages = price_updates(Quote("AAPL", price), state, min_move=0.5)
        sent += messages
    assert [message.price for message in sent] == [101.6]


def test_a_quote_without_a_price_says_nothing() -> None:
    assert price_updates(Quote("AAPL"), None) == (None, [])
    assert price_updates(Quote("AAPL"), UPDATE) == (UPDATE, [])


@pytest.mark.parametrize("close", [None, 0.0])
def test_without_a_close_there_is_no_change(close: float | None) -> None:
    _, [update] = price_updates(Quote("AAPL", 5.0, close=close), None)
    assert (update.change, update.change_pct, update.volume) == (0.0, 0.0, 0.0)


def test_the_middle_stands_in_for_a_missing_last_price() -> None:
    _, [update] = price_updates(Quote("AAPL", bid=99.0, ask=101.0), None)
    assert update.price == 100.0
