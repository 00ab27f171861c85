"""Signals as market orders at the broker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tradestream_nb.clock import now
from tradestream_nb.events import Event
from tradestream_nb.messages import SignalRaised
from tradestream_nb.sources.broker import DEFAULT_QUANTITY, MAX_POSITION
from tradestream_nb.sources.ibkr.codes import Notice
from tradestream_nb.sources.ibkr.connection import Connection
from tradestream_nb.sources.ibkr.instruments import Instruments
from tradestream_nb.sources.ibkr.library import load
from tradestream_nb.sources.ibkr.symbols import symbol_of
from tradestream_nb.sources.ibkr.troubles import Troubles


class Trader:
    """Orders what a signal asks for, as long as the position stays within `MAX_POSITION`."""

    def __init__(self, connection: Connection, instruments: Instruments, troubles: Troubles, *, account: str) -> None:
        self._connection, self._instruments, self._troubles, self._account = connection, instruments, troubles, account

    def __call__(self, fact: Any) -> Iterable[Event]:
        """Follow a signal that was raised; anything else changes nothing."""
        if isinstance(fact, SignalRaised) and fact.signal_type != "HOLD":
            self._follow(fact)
        return ()

    def _follow(self, signal: SignalRaised) -> None:
        instrument = self._instruments.named(signal.symbol)
        why_not = self._why_not() or ("" if instrument else "it is not among the source's symbols")
        if why_not or instrument is None:
            text = f"The signal to {signal.signal_type} {signal.symbol} was not followed: {why_not}."
            self._troubles.note(Notice("order", signal.symbol, "failing", text), now())
            return
        quantity = min(signal.quantity or DEFAULT_QUANTITY, self._room(instrument.contract, signal.signal_type))
        if quantity > 0:
            order = load().MarketOrder(signal.signal_type, quantity, account=self._account)
            self._connection.ib.placeOrder(instrument.contract, order)

    def _why_not(self) -> str:
        """Why no order can be sent now; empty when one can."""
        if not self._connection.is_open:
            return "TWS is not connected"
        accounts = self._connection.ib.managedAccounts()
        if not self._account and len(accounts) > 1:
            return f"the user has the accounts {', '.join(accounts)}; choose one with account="
        return ""

    def _room(self, contract: Any, side: str) -> float:
        """How much more may be ordered, counting what waits."""
        ib, symbol = self._connection.ib, symbol_of(contract)
        expected = sum(held.position for held in ib.positions() if self._is_mine(held.account, held.contract, symbol))
        for trade in ib.openTrades():
            if self._is_mine(trade.order.account, trade.contract, symbol):
                waiting = trade.order.totalQuantity - trade.orderStatus.filled
                expected += waiting if trade.order.action == "BUY" else -waiting
        return MAX_POSITION - float(expected if side == "BUY" else -expected)

    def _is_mine(self, account: str, contract: Any, symbol: str) -> bool:
        return symbol_of(contract) == symbol and (account == self._account or "" in (account, self._account))
