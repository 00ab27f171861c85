"""What the exchange does not do, and how it says so."""

from __future__ import annotations

import pytest

from tests.sim.exchanges import AAPL, codes, opened, quoted, states, trades
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.orders import Ticket

BUY = Ticket("BUY", 100)


def test_what_cannot_be_cancelled_is_said() -> None:
    exchange = opened(depth=1000)
    exchange.place(7, 5, AAPL, BUY, SECOND)
    assert codes(exchange.cancel(7, 5, SECOND)) == [10148]
    assert codes(exchange.cancel(7, 6, SECOND)) == [10147]
    assert codes(exchange.cancel(8, 5, SECOND)) == [10147]


@pytest.mark.parametrize(
    ("ticket", "code"),
    [
        (Ticket("SELL", 100, "LMT", 98.0), 105),
        (Ticket("BUY", 100), 105),
        (Ticket("BUY", 40, "LMT", 101.0), 105),
        (Ticket("BUY", 100, "LMT", 98.001), 110),
    ],
)
def test_what_cannot_be_changed_is_said_and_the_order_goes_on(ticket: Ticket, code: int) -> None:
    exchange = opened(depth=40)
    exchange.place(7, 5, AAPL, Ticket("BUY", 100, "LMT", 101.0), SECOND)
    assert codes(exchange.place(7, 5, AAPL, ticket, SECOND)) == [code]
    assert trades(quoted(exchange, 100.0))[0].shares == 40


def test_the_number_of_a_finished_order_cannot_be_used_again() -> None:
    exchange = opened(depth=1000)
    exchange.place(7, 5, AAPL, BUY, SECOND)
    exchange.place(7, 6, AAPL, Ticket("BUY", 1, "LMT", 1.0), SECOND)
    exchange.cancel(7, 6, SECOND)
    assert codes(exchange.place(7, 5, AAPL, BUY, SECOND)) == [104]
    assert codes(exchange.place(7, 6, AAPL, BUY, SECOND)) == [103]


@pytest.mark.parametrize(
    ("ticket", "code"),
    [
        (Ticket("BUY", 0), 434),
        (Ticket("BUY", -5), 201),
        (Ticket("BUY", float("nan")), 201),
        (Ticket("BUY", 1, "LMT"), 201),
        (Ticket("BUY", 1, "STP"), 201),
        (Ticket("BUY", 1, "LMT", 100.005), 110),
        (Ticket("BUY", 1, account="U0"), 321),
        (Ticket("BUY", 50_000), 201),
    ],
)
def test_an_order_that_makes_no_sense_or_costs_too_much_is_refused(ticket: Ticket, code: int) -> None:
    exchange = opened()
    assert codes(exchange.place(7, 5, AAPL, ticket, SECOND)) == [code]
    assert exchange.orders.open() == exchange.orders.done() == []


def test_a_position_that_ties_up_more_than_there_is_can_still_be_reduced() -> None:
    exchange = opened(depth=100_000)
    exchange.place(7, 5, AAPL, Ticket("BUY", 19_000), SECOND)
    quoted(exchange, 60.0)
    assert codes(exchange.place(7, 6, AAPL, Ticket("BUY", 1_000), SECOND)) == [201]
    assert states(exchange.place(7, 7, AAPL, Ticket("SELL", 100), SECOND))[-1] == "Filled"
    assert states(exchange.place(7, 8, AAPL, Ticket("SELL", 18_900), SECOND))[-1] == "Filled"


def test_an_order_number_below_one_is_no_clients() -> None:
    assert codes(opened().place(0, 0, AAPL, BUY, SECOND)) == codes(opened().place(7, -3, AAPL, BUY, SECOND)) == [135]
