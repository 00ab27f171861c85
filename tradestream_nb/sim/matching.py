"""When an order trades and at what price: pure rules over one quote."""

from __future__ import annotations

from tradestream_nb.events import Quote, Side
from tradestream_nb.sim.orders import Ticket


def is_triggered(ticket: Ticket, quote: Quote) -> bool:
    """Say whether the last price has reached the ticket's stop."""
    if ticket.stop is None or quote.price is None:
        return False
    return (quote.price - ticket.stop) * ticket.sign >= 0


def trade_price(ticket: Ticket, quote: Quote) -> float | None:
    """The price the ticket trades at now, its stop apart; None where its limit is not met or nobody quotes."""
    price = side_price(ticket.side, quote)
    if price is None or ticket.limit is None:
        return price
    return price if (ticket.limit - price) * ticket.sign >= 0 else None


def side_price(side: Side, quote: Quote) -> float | None:
    """The ask to buy and the bid to sell, or the last price where that side is missing."""
    price = quote.ask if side == "BUY" else quote.bid
    if price is None or not price > 0:
        price = quote.price
    return price if price is not None and price > 0 else None
