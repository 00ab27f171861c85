"""A brokerage account on paper: market orders filled at the quotes that pass by."""

from __future__ import annotations

from collections import defaultdict
from math import isfinite

import msgspec

from tradestream_nb.clock import SECOND
from tradestream_nb.errors import UserError
from tradestream_nb.events import AccountSnapshot, Event, Fill, Position, Quote, Side
from tradestream_nb.messages import Message, SignalRaised
from tradestream_nb.sim.ledger import Ledger
from tradestream_nb.sources.broker import DEFAULT_QUANTITY, MAX_POSITION


class Order(msgspec.Struct, frozen=True):
    """A market order that waits for its symbol's next quote."""

    order_id: str
    symbol: str
    side: Side
    quantity: float

    @property
    def signed(self) -> float:
        """The quantity, negative for a sale."""
        return self.quantity if self.side == "BUY" else -self.quantity


class PaperAccount:
    """Fills market orders, keeps the books and reports them as events.

    At all times `equity = cash + sum(quantity * market_price)`, and
    `realized + unrealized P&L = equity - initial cash + commissions`: P&L is before commissions, cash is after them.
    Time is the events' own. Short positions and negative cash are allowed.

    With `auto_trade`, the signals that are raised become orders as long as the position stays within `max_position`.
    """

    def __init__(
        self,
        account: str = "PAPER",
        cash: float = 1_000_000.0,
        *,
        mark_every: float = 5.0,
        commission_per_share: float = 0.005,
        least_commission: float = 1.0,
        auto_trade: bool = False,
        max_position: float = MAX_POSITION,
    ) -> None:
        self.account = account
        self._ledger = Ledger[str](cash)
        self._mark_every = round(mark_every * SECOND)
        self._commission_per_share, self._least_commission = commission_per_share, least_commission
        self._auto_trade, self._max_position = auto_trade, max_position
        self._quotes: dict[str, Quote] = {}
        self._waiting: defaultdict[str, list[Order]] = defaultdict(list)
        self._orders = self._fills = 0
        self._marked: int | None = None

    @property
    def cash(self) -> float:
        """Money that is not in positions; below 0 when borrowed."""
        return self._ledger.cash

    @property
    def commissions(self) -> float:
        """All that was paid for trading."""
        return self._ledger.commissions

    @property
    def equity(self) -> float:
        """Cash plus what the positions are worth at the last prices."""
        return self._ledger.equity

    @property
    def realized_pnl(self) -> float:
        """Realized P&L over all symbols, before commissions."""
        return self._ledger.realized_pnl

    @property
    def positions(self) -> dict[str, float]:
        """The quantity held of every symbol with an open position."""
        return self._ledger.positions

    def submit(self, symbol: str, side: Side, quantity: float, ts: int) -> list[Event]:
        """Order at the market: Fill, Position and AccountSnapshot, or nothing yet when no price is known.

        Buys at the ask and sells at the bid, or at the last price where that side is missing. Raises UserError
        for a side or quantity that cannot be traded.
        """
        if side not in ("BUY", "SELL"):
            raise UserError(f"side is {side!r}; it must be 'BUY' or 'SELL'")
        if not (isfinite(quantity) and quantity > 0):
            raise UserError(f"cannot {side} {quantity} {symbol}; the quantity must be a number above 0")
        self._orders += 1
        order = Order(str(self._orders), symbol, side, quantity)
        if symbol in self._quotes:
            return self._fill(order, ts)
        self._waiting[symbol].append(order)
        return []

    def on_event(self, event: Event | Message) -> list[Event]:
        """Take in a quote or, with `auto_trade`, a signal that was raised; anything else changes nothing.

        A quote fills what waits for it. Every `mark_every` seconds, first at once, the account speaks: a Position
        for each open position, then an AccountSnapshot.
        """
        if isinstance(event, Quote):
            return self._on_quote(event)
        if self._auto_trade and isinstance(event, SignalRaised):
            return self._on_signal(event)
        return []

    def _on_quote(self, quote: Quote) -> list[Event]:
        price = quote.price
        if price is None or not price > 0:
            return []
        self._quotes[quote.symbol] = quote
        self._ledger.mark(quote.symbol, price)
        if quote.symbol in self._waiting:
            return [event for order in self._waiting.pop(quote.symbol) for event in self._fill(order, quote.ts)]
        # The distance, not the difference: a clock that jumps back must not silence the account.
        if self._marked is None or abs(quote.ts - self._marked) >= self._mark_every:
            self._marked = quote.ts
            return [*(self._position(symbol, quote.ts) for symbol in self.positions), self._snapshot(quote.ts)]
        return []

    def _on_signal(self, signal: SignalRaised) -> list[Event]:
        if signal.signal_type == "HOLD":
            return []
        quantity = min(signal.quantity or DEFAULT_QUANTITY, self._room(signal.symbol, signal.signal_type))
        return self.submit(signal.symbol, signal.signal_type, quantity, signal.ts) if quantity > 0 else []

    def _room(self, symbol: str, side: Side) -> float:
        """How much more may be ordered, counting what waits."""
        expected = self._ledger.holding(symbol).quantity
        expected += sum(order.signed for order in self._waiting.get(symbol, ()))
        return self._max_position - (expected if side == "BUY" else -expected)

    def _fill(self, order: Order, ts: int) -> list[Event]:
        quote = self._quotes[order.symbol]
        side_price = quote.ask if order.side == "BUY" else quote.bid
        price = side_price if side_price is not None and side_price > 0 else self._ledger.price(order.symbol)
        commission = max(order.quantity * self._commission_per_share, self._least_commission)
        self._fills += 1
        self._ledger.trade(order.symbol, order.signed, price, commission)
        exec_id = f"{self.account}-{self._fills:06d}"
        fill = Fill(
            exec_id, order.symbol, order.side, order.quantity, price, commission, self.account, order.order_id, ts
        )
        return [fill, self._position(order.symbol, ts), self._snapshot(ts)]

    def _position(self, symbol: str, ts: int) -> Position:
        held, price = self._ledger.holding(symbol), self._ledger.price(symbol)
        return Position(
            symbol, held.quantity, held.average_price, price, held.unrealized(price), held.realized_pnl,
            self.account, ts,
        )  # fmt: skip

    def _snapshot(self, ts: int) -> AccountSnapshot:
        return AccountSnapshot(self.account, self.equity, self.cash, self.realized_pnl, ts=ts)
