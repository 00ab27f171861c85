"""Profit and loss of an account or of one position, once per second while it changes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tradestream_nb.clock import SECOND
from tradestream_nb.sim.books import Books
from tradestream_nb.sim.tws.codes import Code, Reply, Request
from tradestream_nb.sim.tws.fields import UNSET, Fields
from tradestream_nb.sim.tws.part import Answer, Part
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.subscriptions import Look, Message, Subscriptions
from tradestream_nb.sim.tws.world import World


class ProfitAndLoss(Part):
    """Reads the books for each subscriber."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._subscriptions = Subscriptions()
        self._next = world.ts

    def answers(self) -> Mapping[Request, Answer]:
        """Requests about profit and loss."""
        return {
            Request.PNL: self._subscribe,
            Request.CANCEL_PNL: self._unsubscribe,
            Request.PNL_SINGLE: self._subscribe_single,
            Request.CANCEL_PNL_SINGLE: self._unsubscribe,
        }

    def on_step(self, ts: int) -> None:
        """Send what has changed since the last second."""
        if ts >= self._next:
            self._next = ts + SECOND
            self._subscriptions.send_news()

    def on_leave(self, session: Session) -> None:
        """Forget the client's subscriptions."""
        self._subscriptions.drop(session)

    def _subscribe(self, session: Session, fields: Fields) -> None:
        request_id, books = fields.integer(), self.world.exchange.books.get(fields.text())
        self._start(session, request_id, partial(account_pnl, request_id, books) if books else None)

    def _subscribe_single(self, session: Session, fields: Fields) -> None:
        request_id, books = fields.integer(), self.world.exchange.books.get(fields.text())
        fields.skip()
        con_id = fields.integer()
        self._start(session, request_id, partial(position_pnl, request_id, books, con_id) if books else None)

    def _unsubscribe(self, session: Session, fields: Fields) -> None:
        self._subscriptions.stop(session, fields.integer())

    def _start(self, session: Session, request_id: int, look: Look | None) -> None:
        if look:
            self._subscriptions.start(session, request_id, look)
        else:
            text = "Error validating request.-'bY' : cause - Invalid account code"
            session.error(request_id, Code.INVALID, text)


def account_pnl(request_id: int, books: Books) -> list[Message]:
    """The P&L of a whole account."""
    pnl = books.pnl
    return [(Reply.PNL, request_id, pnl.daily, pnl.unrealized, pnl.realized)]


def position_pnl(request_id: int, books: Books, con_id: int) -> list[Message]:
    """The P&L of one contract; what does not exist is not set."""
    if con_id not in books.listings:
        return [(Reply.PNL_SINGLE, request_id, 0, UNSET, UNSET, UNSET, 0.0)]
    pnl, quantity = books.pnl_of(con_id), books.holding(con_id).quantity
    unrealized = pnl.unrealized if quantity else UNSET
    return [(Reply.PNL_SINGLE, request_id, quantity, pnl.daily, unrealized, pnl.realized, books.value(con_id))]
