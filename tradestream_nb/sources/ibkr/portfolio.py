"""The portfolio: told by the broker as it changes, or asked for every so often."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tradestream_nb.clock import now
from tradestream_nb.errors import SourceLost
from tradestream_nb.events import Event
from tradestream_nb.sources.ibkr.connection import Connection
from tradestream_nb.sources.ibkr.holdings import Holdings, factor_of
from tradestream_nb.sources.ibkr.symbols import symbol_of


class Portfolio:
    """Keeps the holdings through all connections; with an account, those of others are left out."""

    def __init__(self, connection: Connection, *, account: str, polled: bool, put: Callable[[Event], None]) -> None:
        self.holdings = Holdings()
        self._connection, self._account, self._polled, self._put = connection, account, polled, put
        self._contracts: dict[int, Any] = {}
        self._earning: set[tuple[str, int]] = set()
        """The positions whose P&L is subscribed to on this connection."""

    def accounts(self) -> tuple[str, ...]:
        """The accounts that are looked at."""
        managed = self._connection.ib.managedAccounts() if self._connection.is_open else ()
        return tuple(each for each in managed if self._takes(each))

    def forget_subscriptions(self) -> None:
        """The connection on which P&L was subscribed to is gone."""
        self._earning.clear()

    def start(self) -> None:
        """Compare with what the broker holds, and ask for P&L, on a connection that is new."""
        self._take_all()
        self._close_missing()
        if not self._polled:
            for account in self.accounts():
                self._connection.ib.reqPnL(account)

    async def keep_polling(self, seconds: float) -> None:
        """Ask for the positions again and again, and tell what has changed."""
        while True:
            await asyncio.sleep(seconds)
            await self.ask_again()

    async def ask_again(self) -> None:
        """Ask for the positions, and tell what has changed."""
        try:
            await self._connection.ask(self._connection.ib.reqPositionsAsync())
        except (TimeoutError, SourceLost):
            return
        self._take_all()
        self._close_missing()

    async def renew(self) -> None:
        """Subscribe to P&L anew and ask for the positions: TWS may have lost both."""
        ib = self._connection.ib
        for account in () if self._polled else self.accounts():
            ib.cancelPnL(account)
            ib.reqPnL(account)
        for account, con_id in self._earning:
            ib.cancelPnLSingle(account, "", con_id)
            ib.reqPnLSingle(account, "", con_id)
        await self.ask_again()

    def on_position(self, position: Any) -> None:
        """Take in a position without its price."""
        if not self._polled:
            self._take_position(position)

    def on_item(self, item: Any) -> None:
        """Take in a position with its price."""
        if not self._polled:
            self._take_item(item)

    def on_value(self, value: Any) -> None:
        """Take in one of an account's figures; they are told together when their packet is over."""
        if not self._polled and self._takes(value.account):
            self.holdings.note(value.account, value.tag, value.value, value.currency)

    def on_pnl(self, pnl: Any) -> None:
        """Take in an account's P&L of today."""
        if self._takes(pnl.account):
            self.holdings.realized(pnl.account, pnl.realizedPnL)

    def on_single(self, single: Any) -> None:
        """Take in a position's P&L."""
        contract = self._contracts.get(single.conId)
        if contract is not None and self._takes(single.account):
            event = self.holdings.earned(single.account, symbol_of(contract), single, factor_of(contract), now())
            self._tell(event)

    def on_packet(self) -> None:
        """Tell of the accounts that a packet has changed."""
        for snapshot in self.holdings.snapshots(now()):
            self._put(snapshot)

    def _take_all(self) -> None:
        """Everything that the library holds of the accounts."""
        ib = self._connection.ib
        for position in ib.positions():
            self._take_position(position)
        for item in ib.portfolio():
            self._take_item(item)
        for value in ib.accountValues():
            if self._takes(value.account):
                self.holdings.note(value.account, value.tag, value.value, value.currency)
        self.on_packet()

    def _close_missing(self) -> None:
        held = {(each.account, symbol_of(each.contract)) for each in self._connection.ib.positions() if each.position}
        for event in self.holdings.missing(held, now()):
            self._put(event)

    def _take_position(self, position: Any) -> None:
        if self._takes(position.account):
            self._follow(position.account, position.contract, bool(position.position))
            contract, quantity = position.contract, position.position
            self._tell(self.holdings.held(position.account, contract, quantity, position.avgCost, now()))

    def _take_item(self, item: Any) -> None:
        if self._takes(item.account):
            self._tell(self.holdings.valued(item, now()))

    def _follow(self, account: str, contract: Any, is_open: bool) -> None:
        """Have the P&L of a position told every second while it is open."""
        self._contracts[contract.conId] = contract
        key, ib = (account, contract.conId), self._connection.ib
        if self._polled or is_open is (key in self._earning) or not ib.client.isReady():
            return
        if is_open:
            self._earning.add(key)
            ib.reqPnLSingle(account, "", contract.conId)
        else:
            self._earning.discard(key)
            ib.cancelPnLSingle(account, "", contract.conId)

    def _takes(self, account: str) -> bool:
        return self._account in ("", account)

    def _tell(self, event: Event | None) -> None:
        if event is not None:
            self._put(event)
