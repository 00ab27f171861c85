"""The exchange: what becomes of an order."""

from __future__ import annotations

import pytest

from tests.sim.exchanges import AAPL, ES, MSFT, codes, last_order, of_type, opened, quoted, states, trades
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.exchange import Exchange
from tradestream_nb.sim.instrument import SESSION
from tradestream_nb.sim.orders import Ticket
from tradestream_nb.sim.reports import Charged, Executed, OrderChanged

BUY = Ticket("BUY", 100)


def test_a_market_order_is_accepted_then_worked_then_filled() -> None:
    reports = opened(depth=1000).place(7, 5, AAPL, BUY, SECOND)
    assert [type(report) for report in reports] == [OrderChanged, OrderChanged, Executed, OrderChanged, Charged]
    assert states(reports) == ["PreSubmitted", "Submitted", "Filled"]
    assert last_order(reports).average_price == pytest.approx(100.01) and last_order(reports).remaining == 0


def test_a_sale_gets_the_bid() -> None:
    assert trades(opened(depth=1000).place(7, 5, AAPL, Ticket("SELL", 10), SECOND))[0].price == pytest.approx(99.99)


def test_what_the_quote_does_not_offer_waits_for_the_next() -> None:
    exchange = opened(depth=40)
    parts = [exchange.place(7, 5, AAPL, BUY, SECOND), quoted(exchange, 101.0), quoted(exchange, 102.0)]
    assert [trades(part)[0].shares for part in parts] == [40, 40, 20]
    assert [trades(part)[0].cumulative for part in parts] == [40, 80, 100]
    assert states(parts[1]) == ["Submitted"] and states(parts[2]) == ["Filled"]
    assert last_order(parts[2]).average_price == pytest.approx((40 * 100.01 + 40 * 101.01 + 20 * 102.01) / 100)


def test_orders_share_what_a_quote_offers() -> None:
    exchange = opened(depth=150)
    assert trades(exchange.place(7, 5, AAPL, BUY, SECOND))[0].shares == 100
    assert trades(exchange.place(8, 5, AAPL, BUY, SECOND))[0].shares == 50
    assert trades(exchange.place(8, 6, AAPL, BUY, SECOND)) == []


def test_a_quote_trades_nothing_but_its_own_contract() -> None:
    exchange = opened(depth=1000)
    exchange.place(7, 5, AAPL, Ticket("BUY", 1500), SECOND)
    exchange.place(7, 6, MSFT, Ticket("BUY", 100, "STP", stop=120.0), SECOND)
    assert trades(quoted(exchange, 130.0, ES)) == []
    exchange.place(7, 7, MSFT, Ticket("BUY", 10, "LMT", 90.0), SECOND)
    quoted(exchange, 80.0, AAPL)
    assert [order.order_id for order in exchange.orders.open()] == [6, 7]


def test_without_a_fixed_depth_a_large_order_fills_in_parts() -> None:
    exchange = opened(seed=7)
    exchange.place(7, 5, AAPL, Ticket("BUY", 3000), SECOND)
    while exchange.orders.open():
        quoted(exchange, 100.0)
    parts = [execution.shares for execution in exchange.books["DU1234567"].executions.values()]
    assert sum(parts) == 3000 and len(parts) >= 6 and len(set(parts)) > 1


def test_a_limit_order_waits_for_its_price_and_trades_no_worse() -> None:
    exchange = opened(depth=1000)
    assert states(exchange.place(7, 5, AAPL, Ticket("BUY", 10, "LMT", 98.0), SECOND)) == ["PreSubmitted", "Submitted"]
    assert quoted(exchange, 98.0) == []
    assert trades(quoted(exchange, 97.0))[0].price == pytest.approx(97.01)


def test_a_stop_order_is_worked_once_the_price_gets_there() -> None:
    exchange = opened(depth=1000)
    assert states(exchange.place(7, 5, AAPL, Ticket("SELL", 10, "STP", stop=95.0), SECOND)) == ["PreSubmitted"]
    assert quoted(exchange, 95.01) == []
    reports = quoted(exchange, 94.0)
    assert states(reports) == ["Submitted", "Filled"] and trades(reports)[0].price == pytest.approx(93.99)


def test_a_stop_limit_order_becomes_a_limit_order() -> None:
    exchange = opened(depth=1000)
    exchange.place(7, 5, AAPL, Ticket("BUY", 10, "STP LMT", 105.0, 104.0), SECOND)
    assert states(quoted(exchange, 106.0)) == ["Submitted"]
    assert trades(quoted(exchange, 103.0))[0].price == pytest.approx(103.01)


def test_an_order_without_a_quote_is_worked_at_the_first() -> None:
    exchange = Exchange(depth=1000)
    assert states(exchange.place(7, 5, AAPL, BUY, 0)) == ["PreSubmitted"]
    assert states(quoted(exchange, 100.0)) == ["Submitted", "Filled"]


def test_cancelling_ends_an_order_where_it_is() -> None:
    exchange = opened(depth=40)
    exchange.place(7, 5, AAPL, BUY, SECOND)
    reports = exchange.cancel(7, 5, 2 * SECOND)
    assert states(reports) == ["Cancelled"] and codes(reports) == [202]
    assert (last_order(reports).filled, last_order(reports).remaining) == (40, 60)
    assert quoted(exchange, 100.0) == []


def test_a_global_cancel_ends_the_orders_of_everybody() -> None:
    exchange = opened(depth=0)
    for client in (1, 2):
        exchange.place(client, 5, AAPL, BUY, SECOND)
    exchange.place_by_hand(MSFT, BUY, SECOND)
    assert states(exchange.cancel_all(SECOND)) == ["Cancelled"] * 3 and exchange.orders.open() == []


def test_placing_an_open_order_again_changes_it() -> None:
    exchange = opened(depth=1000)
    first = exchange.place(7, 5, AAPL, Ticket("BUY", 10, "LMT", 98.0), SECOND)
    second = exchange.place(7, 5, AAPL, Ticket("BUY", 20, "LMT", 101.0), SECOND)
    assert states(second) == ["Submitted", "Filled"] and trades(second)[0].shares == 20
    assert last_order(first).perm_id == last_order(second).perm_id


def test_orders_by_hand_have_numbers_of_their_own() -> None:
    exchange = opened(depth=0)
    orders = [last_order(exchange.place_by_hand(AAPL, BUY, SECOND)) for _ in range(2)]
    assert [(order.client_id, order.order_id, order.is_by_hand) for order in orders] == [(0, -1, True), (0, -2, True)]
    assert states(exchange.cancel(0, -1, SECOND)) == ["Cancelled"]


def test_immediate_orders_take_what_there_is_or_nothing() -> None:
    exchange = opened(depth=40)
    taken = exchange.place(7, 5, AAPL, Ticket("BUY", 100, tif="IOC"), SECOND)
    assert trades(taken)[0].shares == 40 and states(taken)[-1] == "Cancelled"
    refused = exchange.place(7, 6, MSFT, Ticket("BUY", 100, tif="FOK"), SECOND)
    assert trades(refused) == [] and states(refused)[-1] == "Cancelled"
    assert states(exchange.place(7, 7, MSFT, Ticket("BUY", 40, tif="FOK"), SECOND))[-1] == "Filled"


def test_the_end_of_the_session_ends_orders_for_the_day_only() -> None:
    exchange = opened(depth=0)
    exchange.place(7, 5, AAPL, BUY, SECOND)
    exchange.place(7, 6, AAPL, Ticket("BUY", 100, tif="GTC"), SECOND)
    reports = quoted(exchange, 100.0, ts=SESSION + SECOND)
    assert states(reports) == ["Cancelled"] and last_order(reports).why_done == "Expired"
    assert [order.order_id for order in exchange.orders.open()] == [6]


def test_the_commission_is_the_orders_and_not_each_executions() -> None:
    exchange = opened(depth=100)
    reports = exchange.place(7, 5, AAPL, Ticket("BUY", 400), SECOND)
    for _ in range(3):
        reports += quoted(exchange, 100.0)
    assert [charged.commission.amount for charged in of_type(Charged, reports)] == pytest.approx([1.0, 0.0, 0.5, 0.5])


def test_a_small_order_costs_no_more_than_a_hundredth_of_its_worth() -> None:
    reports = opened(5.0, depth=1000).place(7, 5, AAPL, Ticket("SELL", 10), SECOND)
    assert of_type(Charged, reports)[0].commission.amount == pytest.approx(0.4990)


def test_only_a_trade_that_closes_has_a_realized_pnl() -> None:
    exchange = opened(depth=1000)
    opening = of_type(Charged, exchange.place(7, 5, AAPL, BUY, SECOND))[0]
    quoted(exchange, 110.0)
    closing = of_type(Charged, exchange.place(7, 6, AAPL, Ticket("SELL", 100), SECOND))[0]
    assert opening.commission.realized_pnl is None
    assert closing.commission.realized_pnl == pytest.approx(100 * (109.99 - 100.01) - 2)


def test_execution_ids_differ_before_the_last_dot_and_corrections_after_it() -> None:
    exchange = opened(depth=50)
    first = trades(exchange.place(7, 5, AAPL, BUY, SECOND))[0]
    second = trades(quoted(exchange, 100.0))[0]
    corrected = exchange.correct(first.exec_id, 99.0)
    assert first.exec_id.endswith(".01") and first.root != second.root
    assert trades(corrected)[0].exec_id == f"{first.root}.02" and trades(corrected)[0].revision == 2
    assert last_order(corrected).average_price == pytest.approx((99.0 + 100.01) / 2)
    assert list(exchange.books["DU1234567"].executions) == [f"{first.root}.02", second.exec_id]
    with pytest.raises(KeyError):
        exchange.correct(first.exec_id, 98.0)


def test_accounts_are_kept_apart_and_one_must_be_named() -> None:
    exchange = Exchange(["DU1", "DU2"], depth=1000)
    quoted(exchange, 100.0)
    assert codes(exchange.place(7, 4, AAPL, BUY, SECOND)) == [435]
    exchange.place(7, 5, AAPL, Ticket("BUY", 100, account="DU1"), SECOND)
    exchange.place(7, 6, AAPL, Ticket("SELL", 30, account="DU2"), SECOND)
    assert [books.holding(1).quantity for books in exchange.books.values()] == [100, -30]


def test_a_price_is_known_from_the_first_quote_on() -> None:
    exchange = Exchange()
    assert not exchange.knows_price(1)
    quoted(exchange, 100.0)
    assert exchange.knows_price(1) and not exchange.knows_price(2)
