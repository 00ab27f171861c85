"""What holds at the exchange whatever is ordered, quoted, cancelled or corrected."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sim.exchanges import LISTINGS, of_type, quoted, trades
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.books import Books
from tradestream_nb.sim.exchange import Exchange
from tradestream_nb.sim.instrument import SESSION
from tradestream_nb.sim.orders import OrderType, Ticket, TimeInForce
from tradestream_nb.sim.reports import OrderChanged, Report

CASH = 10_000_000.0
KINDS: tuple[OrderType, ...] = ("MKT", "LMT", "STP", "STP LMT")
TIMES: tuple[TimeInForce, ...] = ("DAY", "GTC", "IOC", "FOK")
Step = tuple[str, str, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(["BUY", "SELL", "BUY", "SELL", "quote", "quote", "cancel", "correct", "by hand", "next day"]),
        st.sampled_from(sorted(LISTINGS)),
        st.integers(1, 400),
        st.integers(90, 110),
    ),
    max_size=50,
)


class Play:
    """Plays steps at an exchange and keeps all it reported."""

    def __init__(self, taken: list[Step]) -> None:
        self.exchange = Exchange(["DU1", "DU2"], seed=7, cash=CASH)
        self.reports: list[Report] = []
        self.prices: dict[int, float] = {}
        self._ts, self._next = SECOND, 1
        for name in sorted(LISTINGS):
            self._step("quote", name, 0, 100)
        for step in taken:
            self._ts += SECOND
            self._step(*step)

    def _step(self, action: str, name: str, number: int, price: int) -> None:
        listing = LISTINGS[name]
        if action in ("quote", "next day"):
            self._ts += SESSION if action == "next day" else 0
            self.prices[listing.con_id] = price
            self.reports += quoted(self.exchange, price, listing, self._ts)
        elif action == "cancel":
            self.reports += self.exchange.cancel(7, number % 20, self._ts)
        elif action == "correct":
            self._correct(number, price)
        else:
            self._order(action, name, number, price)

    def _order(self, action: str, name: str, number: int, price: int) -> None:
        ticket = Ticket(
            "SELL" if action == "SELL" else "BUY", number, KINDS[price % 4], price, price, TIMES[number // 2 % 4],
            "DU1" if number % 3 else "DU2", transmit=number % 7 > 1, parent_id=self._next - 1 if number % 5 > 2 else 0,
            oca_group="either" if number % 11 > 8 else "",
        )  # fmt: skip
        if action == "by hand":
            self.reports += self.exchange.place_by_hand(LISTINGS[name], ticket, self._ts)
        else:
            self.reports += self.exchange.place(7, self._next, LISTINGS[name], ticket, self._ts)
            self._next += 1

    def _correct(self, number: int, price: int) -> None:
        known = [exec_id for books in self.exchange.books.values() for exec_id in books.executions]
        if known:
            self.reports += self.exchange.correct(known[number % len(known)], price)

    @property
    def all_books(self) -> list[Books]:
        return list(self.exchange.books.values())


@given(steps)
def test_cash_and_positions_conserve_value(taken: list[Step]) -> None:
    play = Play(taken)
    for books in play.all_books:
        made = sum(
            each.signed * (play.prices[each.listing.con_id] - each.price) * each.listing.factor
            for each in books.executions.values()
        )
        paid = sum(books.commissions[exec_id].amount for exec_id in books.executions)
        assert books.equity == pytest.approx(CASH + made - paid, abs=1e-3)


@given(steps)
def test_positions_are_the_sum_of_the_executions(taken: list[Step]) -> None:
    for books in Play(taken).all_books:
        summed: defaultdict[int, float] = defaultdict(float)
        for each in books.executions.values():
            summed[each.listing.con_id] += each.signed
        held = {con_id: quantity for con_id, quantity in summed.items() if quantity}
        assert {con_id: holding.quantity for con_id, holding in books.positions.items()} == held


@given(steps)
def test_realized_and_unrealized_pnl_are_what_the_account_gained(taken: list[Step]) -> None:
    for books in Play(taken).all_books:
        assert books.pnl.realized + books.pnl.unrealized == pytest.approx(books.equity - CASH, abs=1e-3)


@given(steps)
def test_daily_pnl_is_what_the_account_gained_since_the_session_opened(taken: list[Step]) -> None:
    before = Play(taken)
    at_open = [books.equity for books in before.all_books]
    before.exchange.close_day(SECOND)
    assert all(books.pnl.daily == 0 for books in before.all_books)
    for listing in LISTINGS.values():
        quoted(before.exchange, 123.0, listing, SECOND)
    for equity, books in zip(at_open, before.all_books, strict=True):
        assert books.pnl.daily == pytest.approx(books.equity - equity, abs=1e-3)


@given(steps)
def test_fills_never_exceed_their_order(taken: list[Step]) -> None:
    play, filled = Play(taken), defaultdict[int, float](float)
    for books in play.all_books:
        for each in books.executions.values():
            filled[each.perm_id] += each.shares
    for order in [*play.exchange.orders.open(), *play.exchange.orders.done()]:
        assert filled[order.perm_id] == order.filled <= order.ticket.quantity
        assert (order.status == "Filled") == (order.remaining == 0)


@given(steps)
def test_limits_hold_at_every_trade(taken: list[Step]) -> None:
    play = Play(taken)
    for execution in (each for each in trades(play.reports) if each.revision == 1):
        ticket = play.exchange.orders.get(execution.perm_id).ticket
        if ticket.kind in ("LMT", "STP LMT"):
            assert ticket.limit is not None and (ticket.limit - execution.price) * ticket.sign >= 0


@given(steps)
def test_a_finished_order_is_reported_finished_and_never_opens_again(taken: list[Step]) -> None:
    play, ended = Play(taken), set[int]()
    for report in of_type(OrderChanged, play.reports):
        assert not (report.order.is_open and report.order.perm_id in ended)
        if not report.order.is_open:
            ended.add(report.order.perm_id)
    assert ended == {order.perm_id for order in play.exchange.orders.done()}


@given(steps)
def test_execution_ids_never_repeat(taken: list[Step]) -> None:
    play = Play(taken)
    reported = [execution.exec_id for execution in trades(play.reports)]
    assert len(set(reported)) == len(reported)
    assert sorted(each.exec_id for books in play.all_books for each in books.reported) == sorted(reported)


@given(steps)
def test_the_same_steps_give_the_same_reports(taken: list[Step]) -> None:
    assert Play(taken).reports == Play(taken).reports
