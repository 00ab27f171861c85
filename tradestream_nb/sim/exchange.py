"""A broker without I/O: takes orders, fills them at the quotes that pass by and keeps each account's books."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

import msgspec

from tradestream_nb.events import Quote
from tradestream_nb.sim.books import Books
from tradestream_nb.sim.depth import Depth
from tradestream_nb.sim.executions import Execution, first_exec_id
from tradestream_nb.sim.families import children_of, is_held, rivals_of, sent_with
from tradestream_nb.sim.instrument import SESSION
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.matching import is_triggered, side_price, trade_price
from tradestream_nb.sim.order_book import OrderBook
from tradestream_nb.sim.orders import Order, Ticket
from tradestream_nb.sim.preview import Preview, preview
from tradestream_nb.sim.refusals import NO_FUNDS, UNKNOWN_ID, Refusal, cancel_refusal, modify_refusal, refusal
from tradestream_nb.sim.reports import Charged, Executed, Notice, OrderChanged, Report
from tradestream_nb.sim.tariff import commission

BY_HAND = 0
"""The client that orders entered in the trading platform itself belong to."""


class Exchange:
    """Trades for several accounts and clients; every call returns what it changed, in the order it happened.

    The same calls give the same reports for the same seed. A quote trades at most its depth; what is left of an
    order waits for the next one. Sessions of 6.5 hours follow each other from `start` (epoch µs); each one ends
    the orders for the day.
    """

    def __init__(
        self,
        accounts: Iterable[str] = ("DU1234567",),
        *,
        seed: int = 0,
        cash: float = 1_000_000.0,
        start: int = 0,
        depth: float | None = None,
    ) -> None:
        self.books = {account: Books(account, cash) for account in accounts}
        self.accounts = tuple(self.books)
        self.is_open = True
        """Whether anything trades; orders are taken all the same."""
        self._venue = crc32(f"{seed}".encode())
        self.orders = OrderBook(1_000_000_000 + self._venue % 900_000_000)
        self._seed, self._depth = seed, depth
        self._start, self._day = start, 0
        self._quotes: dict[int, Quote] = {}
        self._depths: dict[int, Depth] = {}
        self._executions = 0

    def knows_price(self, con_id: int) -> bool:
        """Say whether the contract was quoted yet: before, nothing of it trades."""
        return con_id in self._quotes

    def place(self, client_id: int, order_id: int, listing: Listing, ticket: Ticket, ts: int) -> list[Report]:
        """Take a new order, or change the one that the client numbered so.

        A blank account means the only one there is.
        """
        if order_id < 1 and not self.orders.find(client_id, order_id):
            return [Notice(client_id, order_id, *UNKNOWN_ID)]
        return self._place(client_id, order_id, listing, ticket, ts)

    def place_by_hand(self, listing: Listing, ticket: Ticket, ts: int) -> list[Report]:
        """Take an order that no client sent; it is numbered -1, -2, …"""
        return self._place(BY_HAND, 0, listing, ticket, ts)

    def cancel(self, client_id: int, order_id: int, ts: int) -> list[Report]:
        """End the order that the client numbered so."""
        order = self.orders.find(client_id, order_id)
        if order is None or not order.is_open:
            return [Notice(client_id, order_id, *cancel_refusal(order_id, order))]
        return self._cancel(order, ts)

    def cancel_all(self, ts: int) -> list[Report]:
        """End every order of every client."""
        return [report for order in self.orders.open() for report in self._cancel(order, ts)]

    def preview(self, client_id: int, order_id: int, listing: Listing, ticket: Ticket) -> Preview | Notice:
        """What the order would cost and bind; a Notice where it would be refused or no price is known."""
        ticket = self._with_account(ticket)
        refused = refusal(listing, ticket, self.accounts)
        price = self._price(listing, ticket)
        if refused or price is None:
            return Notice(client_id, order_id, *(refused or (201, "Order rejected - reason:No price is known.")))
        return preview(self.books[ticket.account], listing, ticket, price)

    def on_quote(self, con_id: int, quote: Quote) -> list[Report]:
        """Value positions at the quote and fill what it allows."""
        if quote.price is None or not quote.price > 0:
            return []
        reports = self._turn_day(quote.ts)
        self._quotes[con_id] = quote
        for books in self.books.values():
            books.mark(con_id, quote.price)
        if con_id in self._depths:
            self._depths[con_id].refill()
        for order in self.orders.open():
            if order.listing.con_id == con_id:
                reports += self._work(order, quote.ts)
        return reports

    def close_day(self, ts: int) -> list[Report]:
        """End the session: the orders for the day are over and the daily P&L starts from 0."""
        ended = [order for order in self.orders.open() if order.ticket.tif == "DAY"]
        reports = [report for order in ended for report in self._cancel(order, ts, "Expired")]
        for books in self.books.values():
            books.open_day()
        return reports

    def correct(self, exec_id: str, price: float) -> list[Report]:
        """Report an execution again at another price, under the next id; KeyError for one that does not count."""
        books = next((books for books in self.books.values() if exec_id in books.executions), None)
        if books is None:
            raise KeyError(exec_id)
        old = books.executions[exec_id]
        new = books.correct(exec_id, price)
        order = self.orders.get(new.perm_id)
        changed = self.orders.update(order, spent=order.spent + (price - old.price) * new.shares)
        return [Executed(new), OrderChanged(changed), Charged(new, books.commissions[new.exec_id])]

    def _place(self, client_id: int, order_id: int, listing: Listing, ticket: Ticket, ts: int) -> list[Report]:
        ticket = self._with_account(ticket)
        known = self.orders.find(client_id, order_id)
        refused = modify_refusal(known, listing, ticket) if known else None
        refused = refused or refusal(listing, ticket, self.accounts) or self._unaffordable(listing, ticket)
        if refused:
            return [Notice(client_id, order_id, *refused)]
        order = self.orders.update(known, ticket=ticket) if known else None
        return self._enter(order or self.orders.add(client_id, order_id, listing, ticket), ts)

    def _with_account(self, ticket: Ticket) -> Ticket:
        if ticket.account or len(self.accounts) > 1:
            return ticket
        return msgspec.structs.replace(ticket, account=self.accounts[0])

    def _enter(self, order: Order, ts: int) -> list[Report]:
        if not order.ticket.transmit:
            return [OrderChanged(order)]
        family = [self._transmit(held) for held in sent_with(order, self.orders)]
        return [report for each in (*family, order) for report in self._begin(each, ts)]

    def _transmit(self, order: Order) -> Order:
        return self.orders.update(order, ticket=msgspec.structs.replace(order.ticket, transmit=True))

    def _begin(self, order: Order, ts: int) -> list[Report]:
        order = self.orders.get(order.perm_id)
        if not order.is_open:
            return []
        if order.status == "PendingSubmit":
            order = self.orders.update(order, status="PreSubmitted")
        return [OrderChanged(order), *self._work(order, ts)]

    def _work(self, order: Order, ts: int) -> list[Report]:
        # What was worked a moment ago may have ended this one.
        order = self.orders.get(order.perm_id)
        quote = self._quotes.get(order.listing.con_id)
        if quote is None or not self.is_open or not order.is_open or is_held(order, self.orders):
            return []
        if order.is_waiting_for_stop:
            if not is_triggered(order.ticket, quote):
                return []
            order = self.orders.update(order, triggered=True)
        if order.status == "Submitted":
            return self._trade(order, quote, ts)
        order = self.orders.update(order, status="Submitted")
        return [OrderChanged(order), *self._trade(order, quote, ts)]

    def _trade(self, order: Order, quote: Quote, ts: int) -> list[Report]:
        ticket, depth = order.ticket, self._depth_of(order.listing)
        price = trade_price(ticket, quote)
        if price is None or (ticket.tif == "FOK" and depth.offered(ticket.side) < order.remaining):
            shares = 0.0
        else:
            shares = depth.take(ticket.side, order.remaining)
        reports = self._execute(order, shares, price, ts) if price is not None and shares else []
        latest = self.orders.get(order.perm_id)
        if latest.is_open and ticket.tif in ("IOC", "FOK"):
            reports += self._cancel(latest, ts)
        return reports

    def _execute(self, order: Order, shares: float, price: float, ts: int) -> list[Report]:
        is_last = shares == order.remaining
        filled = order.ticket.quantity if is_last else order.filled + shares
        spent = order.spent + shares * price
        cost = commission(order.listing, filled, spent)
        changed = self.orders.update(
            order, filled=filled, spent=spent, commission=cost, last_price=price,
            status="Filled" if is_last else order.status,
            done_at=ts if is_last else 0,
            why_done=f"Filled Size: {filled:g}" if is_last else "",
        )  # fmt: skip
        self._executions += 1
        execution = Execution(
            first_exec_id(self._venue, self._executions), order.listing, order.ticket.account, order.ticket.side,
            shares, price, order.perm_id, order.client_id, order.order_id,
            filled, changed.average_price, order.ticket.ref, ts,
        )  # fmt: skip
        charged = self.books[order.ticket.account].record(execution, round(cost - order.commission, 4))
        after = self._after_fill(changed, ts) if is_last else []
        return [Executed(execution), OrderChanged(changed), Charged(execution, charged), *after]

    def _after_fill(self, order: Order, ts: int) -> list[Report]:
        reports = [report for rival in rivals_of(order, self.orders) for report in self._cancel(rival, ts)]
        return reports + [report for child in children_of(order, self.orders) for report in self._work(child, ts)]

    def _cancel(self, order: Order, ts: int, why: str = "Cancelled by Trader") -> list[Report]:
        if not self.orders.get(order.perm_id).is_open:
            return []
        order = self.orders.update(order, status="Cancelled", done_at=ts, why_done=why)
        notice = Notice(order.client_id, order.order_id, 202, "Order Canceled - reason:")
        children = [report for child in children_of(order, self.orders) for report in self._cancel(child, ts)]
        return [OrderChanged(order), notice, *children]

    def _turn_day(self, ts: int) -> list[Report]:
        day = (ts - self._start) // SESSION
        if day <= self._day:
            return []
        self._day = day
        return self.close_day(ts)

    def _unaffordable(self, listing: Listing, ticket: Ticket) -> Refusal | None:
        price = self._price(listing, ticket)
        if price is None or preview(self.books[ticket.account], listing, ticket, price).is_affordable:
            return None
        return NO_FUNDS

    def _price(self, listing: Listing, ticket: Ticket) -> float | None:
        quote = self._quotes.get(listing.con_id)
        return ticket.limit or ticket.stop or (side_price(ticket.side, quote) if quote else None)

    def _depth_of(self, listing: Listing) -> Depth:
        if listing.con_id not in self._depths:
            self._depths[listing.con_id] = Depth(listing, self._seed, self._depth)
        return self._depths[listing.con_id]
