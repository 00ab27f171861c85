"""Messages about an order: the record of all its terms, and its status."""

from __future__ import annotations

from tradestream_nb.sim.orders import Order
from tradestream_nb.sim.preview import Preview
from tradestream_nb.sim.tws.codes import Reply
from tradestream_nb.sim.tws.described import contract_fields
from tradestream_nb.sim.tws.fields import Field
from tradestream_nb.sim.tws.order_layout import COMPLETED_ORDER, CONTRACT, OPEN_ORDER, laid_out
from tradestream_nb.sim.tws.spans import time_text
from tradestream_nb.sim.tws.subscriptions import Message


def order_status(order: Order, order_id: int) -> Message:
    """How far an order is."""
    why_held = "trigger" if order.is_open and order.is_waiting_for_stop else ""
    return (
        Reply.ORDER_STATUS, order_id, order.status, order.filled, order.remaining, order.average_price, order.perm_id,
        order.ticket.parent_id, order.last_price, order.client_id, why_held, 0.0,
    )  # fmt: skip


def open_order(version: int, order: Order, order_id: int) -> Message:
    """All there is to know of an order."""
    known = {
        **_terms(order),
        "orderId": order_id,
        "clientId": order.client_id,
        "parentId": order.ticket.parent_id,
        "status": order.status,
    }
    return Reply.OPEN_ORDER, *laid_out(OPEN_ORDER, version, known)


def previewed_order(version: int, order: Order, preview: Preview) -> Message:
    """What an order would cost and bind, in the record of the order that is not placed."""
    money = {
        "initMargin": (preview.initial_before, preview.initial_after),
        "maintMargin": (preview.maintenance_before, preview.maintenance_after),
        "equityWithLoan": (preview.equity_before, preview.equity_after),
    }
    known: dict[str, Field] = {
        **_terms(order),
        "orderId": order.order_id,
        "clientId": order.client_id,
        "whatIf": True,
        "status": "PreSubmitted",
        **dict.fromkeys(("commission", "minCommission", "maxCommission"), preview.commission),
        "commissionCurrency": preview.currency,
    }
    for name, (before, after) in money.items():
        figures = {f"{name}Before": before, f"{name}Change": after - before, f"{name}After": after}
        known |= {figure: round(amount, 2) for figure, amount in figures.items()}
    return Reply.OPEN_ORDER, *laid_out(OPEN_ORDER, version, known)


def completed_order(version: int, order: Order) -> Message:
    """What became of an order that is over; it has no order id any more."""
    known = {
        **_terms(order),
        "status": order.status,
        "filledQuantity": order.filled,
        "completedTime": time_text(order.done_at, epoch=False),
        "completedStatus": order.why_done,
    }
    return Reply.COMPLETED_ORDER, *laid_out(COMPLETED_ORDER, version, known)


def _terms(order: Order) -> dict[str, Field]:
    ticket = order.ticket
    return {
        **dict(zip(CONTRACT.split(), contract_fields(order.listing), strict=True)),
        "action": ticket.side,
        "totalQuantity": ticket.quantity,
        "orderType": ticket.kind,
        "lmtPrice": ticket.limit or 0.0,
        "auxPrice": ticket.stop or 0.0,
        "tif": ticket.tif,
        "ocaGroup": ticket.oca_group,
        "account": ticket.account,
        "orderRef": ticket.ref,
        "permId": order.perm_id,
        "outsideRth": ticket.outside_rth,
    }
