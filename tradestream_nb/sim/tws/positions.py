"""Positions: all of them on request, then each one as it changes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tradestream_nb.sim.tws.codes import Reply, Request
from tradestream_nb.sim.tws.described import contract_fields, home
from tradestream_nb.sim.tws.fields import Fields
from tradestream_nb.sim.tws.part import Answer, Part
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.subscriptions import Message, Subscriptions
from tradestream_nb.sim.tws.world import World

ALL = 0
"""The request id that stands for positions asked for without one."""


class Positions(Part):
    """Tells what is held, and of closed positions that they are."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._subscriptions = Subscriptions()

    def answers(self) -> Mapping[Request, Answer]:
        """Requests about positions."""
        return {
            Request.POSITIONS: self._subscribe,
            Request.CANCEL_POSITIONS: self._unsubscribe,
            Request.POSITIONS_MULTI: self._subscribe_multi,
            Request.CANCEL_POSITIONS_MULTI: self._unsubscribe_multi,
        }

    def on_step(self, ts: int) -> None:
        """Send what has changed."""
        self._subscriptions.send_news()

    def on_leave(self, session: Session) -> None:
        """Forget the client's subscriptions."""
        self._subscriptions.drop(session)

    def _subscribe(self, session: Session, fields: Fields) -> None:
        self._subscriptions.start(session, ALL, partial(self._positions, ""))
        session.send(Reply.POSITIONS_END, 1)

    def _unsubscribe(self, session: Session, fields: Fields) -> None:
        self._subscriptions.stop(session, ALL)

    def _subscribe_multi(self, session: Session, fields: Fields) -> None:
        fields.skip()
        request_id, account = fields.integer(), fields.text()
        self._subscriptions.start(session, request_id, partial(self._positions, account, request_id))
        session.send(Reply.POSITION_MULTI_END, 1, request_id)

    def _unsubscribe_multi(self, session: Session, fields: Fields) -> None:
        fields.skip()
        self._subscriptions.stop(session, fields.integer())

    def _positions(self, account: str, request_id: int = ALL) -> list[Message]:
        messages = list[Message]()
        for name, books in self.world.exchange.books.items():
            for con_id, listing in books.listings.items() if account in ("", name) else ():
                holding = books.holding(con_id)
                contract = contract_fields(listing, home(listing))
                held = (holding.quantity, holding.average_price * listing.size)
                if request_id == ALL:
                    messages.append((Reply.POSITION, 3, name, *contract, *held))
                else:
                    messages.append((Reply.POSITION_MULTI, 1, request_id, name, *contract, *held, None))
        return messages
