"""Account values and the portfolio: on request, then after every trade and every three minutes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tradestream_nb.clock import SECOND, moment
from tradestream_nb.sim.account_values import account_values, summary_values
from tradestream_nb.sim.books import Books
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.codes import Code, Reply, Request
from tradestream_nb.sim.tws.described import contract_fields, home
from tradestream_nb.sim.tws.fields import Fields
from tradestream_nb.sim.tws.part import Answer, Part
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.subscriptions import Message, Subscriptions
from tradestream_nb.sim.tws.world import World

EVERY = 180 * SECOND
"""How often an account that does not trade speaks, in µs."""
ONLY = 0
"""The request id that stands for account updates, which have none: a client follows one account at a time."""


class Account(Part):
    """Tells clients what their accounts are worth."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._subscriptions = Subscriptions()
        self._booked = 0
        self._next = world.ts + EVERY

    def answers(self) -> Mapping[Request, Answer]:
        """Requests about accounts."""
        return {
            Request.ACCOUNT_UPDATES: self._follow,
            Request.ACCOUNT_UPDATES_MULTI: self._follow_multi,
            Request.CANCEL_ACCOUNT_UPDATES_MULTI: self._unfollow,
            Request.ACCOUNT_SUMMARY: self._follow_summary,
            Request.CANCEL_ACCOUNT_SUMMARY: self._unfollow,
        }

    def on_step(self, ts: int) -> None:
        """Speak when something was booked, and otherwise from time to time."""
        booked = sum(books.booked for books in self.world.exchange.books.values())
        if booked != self._booked or ts >= self._next:
            self._booked, self._next = booked, ts + EVERY
            self._subscriptions.send_news()

    def on_leave(self, session: Session) -> None:
        """Forget the client's subscriptions."""
        self._subscriptions.drop(session)

    def _follow(self, session: Session, fields: Fields) -> None:
        fields.skip()
        is_wanted, account = fields.flag(), fields.text() or self.world.accounts[0]
        if not is_wanted:
            return self._subscriptions.stop(session, ONLY)
        books = self.world.exchange.books.get(account)
        if books is None:
            return session.error(-1, Code.INVALID, _invalid(account))
        self._subscriptions.start(session, ONLY, partial(self._updates, books))
        session.send(Reply.ACCOUNT_DOWNLOAD_END, 1, account)

    def _updates(self, books: Books) -> list[Message]:
        values = [
            (Reply.ACCOUNT_VALUE, 2, value.tag, value.value, value.currency, books.account)
            for value in account_values(books)
        ]
        held = [portfolio_value(books, listing) for listing in books.listings.values()]
        return [*values, *held, (Reply.ACCOUNT_TIME, 1, f"{moment(self.world.ts):%H:%M}")]

    def _follow_multi(self, session: Session, fields: Fields) -> None:
        fields.skip()
        request_id, account, model, short = fields.integer(), fields.text(), fields.text(), fields.flag()
        if account and account not in self.world.accounts:
            return session.error(request_id, Code.INVALID, _invalid(account))
        look = partial(self._multi, request_id, account, model, short=short)
        self._subscriptions.start(session, request_id, look)
        session.send(Reply.ACCOUNT_UPDATE_MULTI_END, 1, request_id)

    def _multi(self, request_id: int, account: str, model: str, *, short: bool) -> list[Message]:
        return [
            (Reply.ACCOUNT_UPDATE_MULTI, 1, request_id, books.account, model, value.tag, value.value, value.currency)
            for books in self.world.exchange.books.values()
            for value in (summary_values(books, "NetLiquidation,$LEDGER:ALL") if short else account_values(books))
            if account in ("", books.account)
        ]

    def _follow_summary(self, session: Session, fields: Fields) -> None:
        fields.skip()
        request_id, _group, tags = fields.integer(), fields.text(), fields.text()
        self._subscriptions.start(session, request_id, partial(self._summary, request_id, tags))
        session.send(Reply.ACCOUNT_SUMMARY_END, 1, request_id)

    def _summary(self, request_id: int, tags: str) -> list[Message]:
        return [
            (Reply.ACCOUNT_SUMMARY, 1, request_id, books.account, value.tag, value.value, value.currency)
            for books in self.world.exchange.books.values()
            for value in summary_values(books, tags)
        ]

    def _unfollow(self, session: Session, fields: Fields) -> None:
        fields.skip()
        self._subscriptions.stop(session, fields.integer())


def portfolio_value(books: Books, listing: Listing) -> Message:
    """What one position is worth, in the contract's currency."""
    con_id, rate = listing.con_id, listing.rate
    holding, pnl = books.holding(con_id), books.pnl_of(con_id)
    return (
        Reply.PORTFOLIO_VALUE, 8, *contract_fields(listing, home(listing)), holding.quantity, books.price(con_id),
        books.value(con_id) / rate, holding.average_price * listing.size, pnl.unrealized / rate, pnl.realized / rate,
        books.account,
    )  # fmt: skip


def _invalid(account: str) -> str:
    return f"Error validating request.-'bN' : cause - Invalid account code '{account}'."
