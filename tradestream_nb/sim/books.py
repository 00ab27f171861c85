"""The books of one account: executions, commissions, positions and P&L, all from one list of trades."""

from __future__ import annotations

from collections import defaultdict

import msgspec

from tradestream_nb.sim.executions import Commission, Execution, next_exec_id
from tradestream_nb.sim.holding import Holding
from tradestream_nb.sim.ledger import Ledger
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tariff import initial_margin, maintenance_margin

CURRENCY = "USD"
"""What every account is kept in."""


class Pnl(msgspec.Struct, frozen=True):
    """P&L after commissions; `daily` since the session opened."""

    daily: float
    unrealized: float
    realized: float


class Books:
    """What an account did and has. Positions are the sum of `executions`; P&L is after commissions.

    `realized + unrealized P&L = equity - initial cash`, whatever was traded or corrected.
    """

    def __init__(self, account: str, cash: float) -> None:
        self.account = account
        self.listings: dict[int, Listing] = {}
        """Everything that was ever traded, by `con_id`."""
        self.booked = 0
        """How many trades and corrections were booked."""
        self._initial = cash
        self._ledger = Ledger[int](cash, net=True)
        self._trades: dict[str, list[Execution]] = {}
        self._commissions: dict[str, Commission] = {}
        self._cash_today: defaultdict[int, float] = defaultdict(float)
        self._value_at_open: dict[int, float] = {}

    @property
    def executions(self) -> dict[str, Execution]:
        """The trades that count, oldest first, by `exec_id`: of a corrected one its last correction only."""
        return {trade[-1].exec_id: trade[-1] for trade in self._trades.values()}

    @property
    def reported(self) -> list[Execution]:
        """Every execution ever reported, those corrected later too."""
        return [execution for trade in self._trades.values() for execution in trade]

    @property
    def commissions(self) -> dict[str, Commission]:
        """By `exec_id`."""
        return dict(self._commissions)

    @property
    def positions(self) -> dict[int, Holding]:
        """Every open position, by `con_id`; its average price includes commissions and not the multiplier."""
        return {con_id: self._ledger.holding(con_id) for con_id in self._ledger.positions}

    @property
    def pnl(self) -> Pnl:
        """Of the whole account."""
        daily = sum(self.pnl_of(con_id).daily for con_id in self.listings)
        return Pnl(daily, self._ledger.unrealized_pnl, self._ledger.realized_pnl)

    @property
    def equity(self) -> float:
        """Cash plus what the positions are worth."""
        return self._ledger.equity

    @property
    def cash(self) -> float:
        """Money that is not in positions."""
        return self._ledger.cash

    def pnl_of(self, con_id: int) -> Pnl:
        """Of one contract."""
        daily = self._ledger.value(con_id) - self._value_at_open.get(con_id, 0.0) + self._cash_today[con_id]
        return Pnl(daily, self._ledger.unrealized(con_id), self.realized(con_id))

    def realized(self, con_id: int) -> float:
        """What trading one contract has realized, in money."""
        listing = self.listings.get(con_id)
        return self.holding(con_id).realized_pnl * listing.factor if listing else 0.0

    def holding(self, con_id: int) -> Holding:
        """What is held of one contract, perhaps nothing."""
        return self._ledger.holding(con_id)

    def price(self, con_id: int) -> float:
        """The last price of a contract that was traded."""
        return self._ledger.price(con_id)

    def value(self, con_id: int) -> float:
        """What the position in one contract is worth."""
        return self._ledger.value(con_id)

    def worth(self, sec_type: str) -> float:
        """What all positions in one type of security are worth together."""
        return sum(self.value(con_id) for con_id in self.positions if self.listings[con_id].sec_type == sec_type)

    def margins(self) -> tuple[float, float]:
        """Initial and maintenance margin of all positions."""
        held = [(self.listings[con_id], self.value(con_id)) for con_id in self._ledger.positions]
        return sum(initial_margin(*each) for each in held), sum(maintenance_margin(*each) for each in held)

    def mark(self, con_id: int, price: float) -> None:
        """Value a contract at `price` from now on."""
        self._ledger.mark(con_id, price)

    def open_day(self) -> None:
        """Count the daily P&L from here."""
        self._value_at_open = {con_id: self.value(con_id) for con_id in self._ledger.positions}
        self._cash_today.clear()

    def record(self, execution: Execution, amount: float) -> Commission:
        """Book a trade that cost `amount` of commission."""
        self.listings[execution.listing.con_id] = execution.listing
        self._trades[execution.root] = [execution]
        self.booked += 1
        self._cash_today[execution.listing.con_id] += _cash(execution, amount)
        return self._commit(execution, amount)

    def correct(self, exec_id: str, price: float) -> Execution:
        """Replace an execution by one at another price, as if it had always been so.

        Commissions reported before stay as they were. Raises KeyError for an id that is not in `executions`.
        """
        old = self.executions[exec_id]
        average = old.average_price + (price - old.price) * old.shares / old.cumulative
        new = msgspec.structs.replace(old, exec_id=next_exec_id(exec_id), price=price, average_price=average)
        amount = self._commissions[exec_id].amount
        self._trades[new.root].append(new)
        self.booked += 1
        self._cash_today[old.listing.con_id] += _cash(new, amount) - _cash(old, amount)
        self._replay(amount)
        return new

    def _commit(self, execution: Execution, amount: float) -> Commission:
        charged = self._charge(execution, amount)
        self._commissions[execution.exec_id] = charged
        return charged

    def _charge(self, execution: Execution, amount: float) -> Commission:
        listing = execution.listing
        held = self._ledger.holding(listing.con_id).quantity
        realized = self._ledger.trade(listing.con_id, execution.signed, execution.price, amount, factor=listing.factor)
        closes = held * execution.signed < 0
        return Commission(execution.exec_id, amount, CURRENCY, realized if closes else None)

    def _replay(self, amount: float) -> None:
        prices = {con_id: self._ledger.price(con_id) for con_id in self.listings}
        self._ledger = Ledger[int](self._initial, net=True)
        for exec_id, execution in self.executions.items():
            known = self._commissions.get(exec_id)
            if known:
                self._charge(execution, known.amount)
            else:
                self._commit(execution, amount)
        for con_id, price in prices.items():
            self._ledger.mark(con_id, price)


def _cash(execution: Execution, amount: float) -> float:
    """What a trade adds to the account's cash."""
    return -execution.signed * execution.price * execution.listing.factor - amount
