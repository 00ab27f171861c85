"""Orders: placed, changed, previewed and cancelled by clients, and filled as the market moves."""

from __future__ import annotations

from collections.abc import Mapping

from tradestream_nb.events import Quote
from tradestream_nb.sim.exchange import BY_HAND
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.orders import Order, Ticket
from tradestream_nb.sim.preview import Preview
from tradestream_nb.sim.tws.codes import Reply, Request
from tradestream_nb.sim.tws.fields import Fields
from tradestream_nb.sim.tws.lookup import look_up
from tradestream_nb.sim.tws.order_messages import completed_order, previewed_order
from tradestream_nb.sim.tws.order_request import OrderRequest, read_order
from tradestream_nb.sim.tws.part import Answer, Part
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.teller import Teller
from tradestream_nb.sim.tws.world import World


class Orders(Part):
    """Takes orders to the exchange and brings back what becomes of them."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._teller = Teller(world)

    def answers(self) -> Mapping[Request, Answer]:
        """Requests about orders."""
        return {
            Request.PLACE_ORDER: self._place,
            Request.CANCEL_ORDER: self._cancel,
            Request.GLOBAL_CANCEL: self._cancel_all,
            Request.OPEN_ORDERS: self._tell_own,
            Request.ALL_OPEN_ORDERS: self._tell_all,
            Request.AUTO_OPEN_ORDERS: self._bind,
            Request.COMPLETED_ORDERS: self._tell_completed,
        }

    def on_quote(self, listing: Listing, quote: Quote) -> None:
        """Fill what the quote allows."""
        self.world.exchange.is_open = self.world.trouble.is_open
        self._teller.tell(self.world.exchange.on_quote(listing.con_id, quote))

    def on_leave(self, session: Session) -> None:
        """Leave the client's orders working; only the binding of orders by hand ends."""
        if session.client_id == BY_HAND:
            self._teller.bound = False

    def place_by_hand(self, listing: Listing, ticket: Ticket) -> None:
        """Enter an order as if in TWS itself."""
        self._see_price(listing)
        self._teller.tell(self.world.exchange.place_by_hand(listing, ticket, self.world.ts))

    def correct(self, exec_id: str, price: float) -> None:
        """Report an execution again at another price."""
        self._teller.tell(self.world.exchange.correct(exec_id, price))

    def _place(self, session: Session, fields: Fields) -> None:
        request = read_order(fields, session.version)
        client_id, order_id = session.client_id, request.order_id
        self.world.order_ids[client_id] = max(self.world.order_ids.get(client_id, 1), order_id + 1)
        listing = look_up(session, order_id, request.contract, self.world.catalogue)
        if listing is None:
            return
        if not isinstance(request.ticket, Ticket):
            return session.error(order_id, *request.ticket)
        self._see_price(listing)
        if request.what_if:
            return self._preview(session, request, listing, request.ticket)
        self._teller.tell(self.world.exchange.place(client_id, order_id, listing, request.ticket, self.world.ts))

    def _preview(self, session: Session, request: OrderRequest, listing: Listing, ticket: Ticket) -> None:
        answer = self.world.exchange.preview(session.client_id, request.order_id, listing, ticket)
        if isinstance(answer, Preview):
            order = Order(0, session.client_id, request.order_id, listing, ticket)
            session.deliver(*previewed_order(session.version, order, answer))
        else:
            self._teller.tell([answer])

    def _see_price(self, listing: Listing) -> None:
        """Wake the contract, so that its price moves, and let the exchange know the price it has."""
        self.world.exchange.is_open = self.world.trouble.is_open
        if not self.world.exchange.knows_price(listing.con_id):
            self.on_quote(listing, self.world.prices.quote(listing.con_id))

    def _cancel(self, session: Session, fields: Fields) -> None:
        fields.skip()
        self._teller.tell(self.world.exchange.cancel(session.client_id, fields.integer(), self.world.ts))

    def _cancel_all(self, session: Session, fields: Fields) -> None:
        self._teller.tell(self.world.exchange.cancel_all(self.world.ts))

    def _tell_own(self, session: Session, fields: Fields) -> None:
        self._send_open(session, own=True)

    def _tell_all(self, session: Session, fields: Fields) -> None:
        self._send_open(session, own=False)

    def _send_open(self, session: Session, *, own: bool) -> None:
        for order in self.world.exchange.orders.open():
            if not own or order.client_id == session.client_id:
                for message in self._teller.describe(session, order):
                    session.send(*message)
        session.send(Reply.OPEN_ORDERS_END, 1)

    def _bind(self, session: Session, fields: Fields) -> None:
        fields.skip()
        if session.client_id == BY_HAND:
            self._teller.bound = fields.flag()
        else:
            session.error(-1, 321, "Error validating request.-'bR' : cause - Only client 0 can bind orders by hand.")

    def _tell_completed(self, session: Session, fields: Fields) -> None:
        api_only = fields.flag()
        for order in self.world.exchange.orders.done():
            if not (api_only and order.is_by_hand):
                session.send(*completed_order(session.version, order))
        session.send(Reply.COMPLETED_ORDERS_END)
