"""Positions and money of the accounts, from what the broker tells piece by piece; pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from tradestream_nb.events import AccountSnapshot, Position
from tradestream_nb.sources.ibkr.clean import amount, number, price
from tradestream_nb.sources.ibkr.symbols import symbol_of

EQUITY, CASH, REALIZED = "NetLiquidation", "TotalCashValue", "RealizedPnL"
BASE = "BASE"

Key = tuple[str, str]
"""An account and a symbol."""


class Holdings:
    """The newest of every position and account; each method gives the event that follows, None where nothing does."""

    def __init__(self) -> None:
        self.positions: dict[Key, Position] = {}
        self._money: dict[str, dict[str, float]] = {}
        self._currencies: dict[str, str] = {}
        self._told: dict[str, AccountSnapshot] = {}

    def held(self, account: str, contract: Any, quantity: object, cost: object, ts: int) -> Position | None:
        """A position without its price; `cost` is per contract, multiplier included."""
        symbol = symbol_of(contract)
        before = self.positions.get((account, symbol))
        count = number(quantity) or 0.0
        average = per_unit(cost, contract)
        if before is None and not count:
            return None
        kept = before or Position(symbol, count, average, account=account)
        same = kept.quantity == count
        pnl = kept.unrealized_pnl if same else None
        return self._put(
            msgspec.structs.replace(kept, quantity=count, average_price=average, unrealized_pnl=pnl, ts=ts)
        )

    def valued(self, item: Any, ts: int) -> Position | None:
        """A position with its price and P&L."""
        symbol, count = symbol_of(item.contract), number(item.position) or 0.0
        if (item.account, symbol) not in self.positions and not count:
            return None
        return self._put(
            Position(
                symbol,
                count,
                per_unit(item.averageCost, item.contract),
                price(item.marketPrice),
                number(item.unrealizedPNL),
                number(item.realizedPNL) or 0.0,
                item.account,
                ts,
            )
        )

    def earned(self, account: str, symbol: str, single: Any, factor: float, ts: int) -> Position | None:
        """A position's P&L of this second."""
        before, count = self.positions.get((account, symbol)), number(single.position)
        unrealized, value = number(single.unrealizedPnL), number(single.value)
        if before is None or count != before.quantity or unrealized is None:
            return None
        market = value / (count * factor) if value is not None and count else before.market_price
        realized = number(single.realizedPnL)
        return self._put(
            msgspec.structs.replace(
                before,
                unrealized_pnl=unrealized,
                market_price=None if market is None else round(market, 6),
                realized_pnl=before.realized_pnl if realized is None else realized,
                ts=ts,
            )
        )

    def missing(self, held: Iterable[Key], ts: int) -> list[Position]:
        """The positions that are open here and not among those the broker holds: closed while nobody told."""
        gone = set(self.positions) - set(held)
        events = []
        for key in sorted(gone):
            before = self.positions[key]
            if before.quantity and (
                event := self._put(msgspec.structs.replace(before, quantity=0.0, unrealized_pnl=0.0, ts=ts))
            ):
                events.append(event)
        return events

    def note(self, account: str, tag: str, value: object, currency: str) -> None:
        """One of an account's figures; those of single currencies beside the account's own are left out."""
        figure = number(value)
        if figure is None or tag not in (EQUITY, CASH, REALIZED) or not account:
            return
        money = self._money.setdefault(account, {})
        if tag == EQUITY and currency not in ("", BASE):
            self._currencies[account] = currency
        own = self._currencies.get(account, currency)
        if tag == REALIZED and currency not in (own, BASE, ""):
            return
        money[tag] = figure

    def realized(self, account: str, value: object) -> None:
        """An account's realized P&L of today."""
        if (figure := number(value)) is not None:
            self._money.setdefault(account, {})[REALIZED] = figure

    def snapshots(self, ts: int) -> list[AccountSnapshot]:
        """The accounts of which something has changed since the last time."""
        events = []
        for account, money in self._money.items():
            if EQUITY not in money or CASH not in money:
                continue
            event = AccountSnapshot(
                account, money[EQUITY], money[CASH], money.get(REALIZED, 0.0), self._currencies.get(account, "USD"), ts
            )
            before = self._told.get(account)
            if before is None or msgspec.structs.replace(before, ts=ts) != event:
                self._told[account] = event
                events.append(event)
        return events

    def _put(self, position: Position) -> Position | None:
        key = (position.account, position.symbol)
        before = self.positions.get(key)
        if before is not None and msgspec.structs.replace(before, ts=position.ts) == position:
            return None
        if position.quantity:
            self.positions[key] = position
        else:
            self.positions.pop(key, None)
        return position


def per_unit(cost: object, contract: Any) -> float:
    """What one unit cost; the broker multiplies the cost of a future by its size."""
    return round((number(cost) or 0.0) / factor_of(contract), 8)


def factor_of(contract: Any) -> float:
    """How many units one contract is."""
    return amount(contract.multiplier) or 1.0
