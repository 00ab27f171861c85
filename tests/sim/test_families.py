"""Orders that belong together."""

from __future__ import annotations

import pytest

from tests.sim.exchanges import AAPL, MSFT, opened, quoted, states, trades
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.exchange import Exchange
from tradestream_nb.sim.orders import Ticket

BUY = Ticket("BUY", 100)


def test_children_wait_for_their_parent_and_end_with_each_other() -> None:
    exchange = opened(depth=1000)
    held = exchange.place(7, 5, AAPL, Ticket("BUY", 100, "LMT", 99.0, transmit=False), SECOND)
    profit = Ticket("SELL", 100, "LMT", 110.0, transmit=False, parent_id=5)
    held += exchange.place(7, 6, AAPL, profit, SECOND)
    assert states(held) == ["PendingSubmit"] * 2 and quoted(exchange, 98.0) == []
    quoted(exchange, 100.0)
    sent = exchange.place(7, 7, AAPL, Ticket("SELL", 100, "STP", stop=90.0, parent_id=5), SECOND)
    assert states(sent) == ["PreSubmitted", "Submitted", "PreSubmitted", "PreSubmitted"]
    assert quoted(exchange, 120.0) == []
    assert states(quoted(exchange, 98.0)) == ["Filled", "Submitted"]
    assert states(quoted(exchange, 111.0)) == ["Filled", "Cancelled"]


@pytest.mark.parametrize("stop", [80.0, 120.0])
def test_of_children_that_could_trade_as_soon_as_their_parent_one_does(stop: float) -> None:
    exchange = opened(depth=1000)
    exchange.place(7, 5, AAPL, Ticket("BUY", 100, transmit=False), SECOND)
    exchange.place(7, 6, AAPL, Ticket("SELL", 100, "LMT", 90.0, transmit=False, parent_id=5), SECOND)
    sent = exchange.place(7, 7, AAPL, Ticket("SELL", 100, "STP", stop=stop, parent_id=5), SECOND)
    assert [execution.signed for execution in trades(sent)] == [100, -100]
    assert [order.status for order in exchange.orders.done()] == ["Filled", "Filled", "Cancelled"]
    assert exchange.orders.open() == []


def test_cancelling_a_parent_cancels_its_children() -> None:
    exchange = opened(depth=0)
    exchange.place(7, 5, AAPL, BUY, SECOND)
    exchange.place(7, 6, AAPL, Ticket("SELL", 100, parent_id=5), SECOND)
    assert states(exchange.cancel(7, 5, SECOND)) == ["Cancelled"] * 2


def test_only_the_same_clients_orders_are_children() -> None:
    exchange = opened(depth=0)
    exchange.place(7, 5, AAPL, BUY, SECOND)
    exchange.place(8, 5, AAPL, BUY, SECOND)
    exchange.place(8, 6, AAPL, Ticket("SELL", 100, parent_id=5), SECOND)
    assert states(exchange.cancel(7, 5, SECOND)) == ["Cancelled"]


def test_one_cancels_no_other_accounts_orders() -> None:
    exchange = Exchange(["DU1", "DU2"], depth=1000)
    quoted(exchange, 100.0)
    for number, account in ((5, "DU1"), (6, "DU2")):
        exchange.place(7, number, AAPL, Ticket("BUY", 1, "LMT", 99.0, account=account, oca_group="a"), SECOND)
    assert states(quoted(exchange, 98.0)) == ["Filled"] * 2


def test_one_cancels_all() -> None:
    exchange = opened(depth=1000)
    exchange.place(7, 5, AAPL, Ticket("BUY", 1, "LMT", 99.0, oca_group="either"), SECOND)
    exchange.place(7, 6, MSFT, Ticket("BUY", 1, "LMT", 99.0, oca_group="either"), SECOND)
    assert states(quoted(exchange, 98.0, MSFT)) == ["Filled", "Cancelled"]
