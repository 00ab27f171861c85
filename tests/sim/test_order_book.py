"""The orders an exchange knows."""

from __future__ import annotations

import pytest

from tests.sim.exchanges import AAPL
from tradestream_nb.sim.order_book import OrderBook
from tradestream_nb.sim.orders import Ticket

BUY = Ticket("BUY", 1)


def test_an_order_is_found_by_its_clients_number_and_by_its_own() -> None:
    book = OrderBook(1000)
    first, second = (book.add(client, 5, AAPL, BUY) for client in (1, 2))
    assert (first.perm_id, second.perm_id) == (1000, 1001)
    assert book.find(2, 5) == book.get(1001) == second
    assert book.find(3, 5) is None
    with pytest.raises(KeyError):
        book.get(1)


def test_a_change_keeps_what_was_changed_since_the_order_was_looked_up() -> None:
    book = OrderBook(1)
    seen = book.add(1, 5, AAPL, BUY)
    book.update(seen, filled=1.0)
    assert book.update(seen, status="Submitted").filled == 1


def test_orders_are_open_until_they_are_done() -> None:
    book = OrderBook(1)
    first, second = (book.add(1, number, AAPL, BUY) for number in (5, 6))
    ended = book.update(first, status="Cancelled")
    assert (book.open(), book.done()) == ([second], [ended])
