"""The contracts that a source is asked for, as the broker knows them."""

from __future__ import annotations

from typing import Any

import msgspec

from tradestream_nb.clock import SECOND, now
from tradestream_nb.sources.ibkr.codes import Notice
from tradestream_nb.sources.ibkr.connection import Connection
from tradestream_nb.sources.ibkr.hours import Hours, parse_hours
from tradestream_nb.sources.ibkr.library import make_contract
from tradestream_nb.sources.ibkr.symbols import ContractName, symbol_of
from tradestream_nb.sources.ibkr.troubles import Troubles

LEARN_AGAIN = 3600.0
"""Least seconds between two questions about the same contract's trading hours."""


class Instrument(msgspec.Struct, frozen=True):
    """A contract as the broker knows it."""

    contract: Any
    symbol: str
    hours: Hours
    learned: int
    """When that was, in epoch µs."""


class Instruments(dict[ContractName, Instrument]):
    """Each contract by the name that it was asked for by; one that the broker does not know is not among them."""

    def __init__(self, connection: Connection, troubles: Troubles) -> None:
        super().__init__()
        self.unanswered: set[ContractName] = set()
        """Names that the broker has said nothing of."""
        self._connection, self._troubles = connection, troubles
        self._names: dict[int, ContractName] = {}
        """The same names by the broker's number of the contract."""

    async def learn(self, name: ContractName) -> None:
        """Find out which contract that is; what cannot be is a trouble of its own."""
        ib = self._connection.ib
        self.unanswered.discard(name)
        try:
            found = await self._connection.ask(ib.reqContractDetailsAsync(make_contract(name)))
        except TimeoutError:
            self.unanswered.add(name)
            return self._refuse(name, f"TWS has not said yet which contract {name} is; it is asked again.")
        if len(found) != 1:
            what = "more than one contract" if found else "no contract"
            text = f"IBKR knows {what} {name}; write it as NAME-STK-EXCHANGE-CURRENCY or NAME-YYYYMM-EXCHANGE."
            return self._refuse(name, text)
        details = found[0]
        other = self._names.setdefault(details.contract.conId, name)
        if other != name:
            return self._refuse(name, f"{name} is the same contract as {other}, which is subscribed already.")
        hours = parse_hours(details.liquidHours or details.tradingHours, details.timeZoneId)
        self[name] = Instrument(details.contract, symbol_of(details.contract), hours, now())
        self._troubles.over("unknown", str(name))

    async def renew_hours(self) -> None:
        """Ask for trading hours that have run out, where that was not done lately."""
        for name, instrument in tuple(self.items()):
            ts = now()
            if not instrument.hours.knows(ts) and ts - instrument.learned > LEARN_AGAIN * SECOND:
                await self.learn(name)

    def name_of(self, contract: Any) -> ContractName | None:
        """What a contract of the broker was asked for as; None when it was not."""
        return self._names.get(contract.conId)

    def symbol(self, name: ContractName) -> str:
        """What a contract is called in events."""
        known = self.get(name)
        return known.symbol if known else str(name)

    def named(self, symbol: str) -> Instrument | None:
        """The contract that is called so in events."""
        return next((each for each in self.values() if each.symbol == symbol), None)

    def is_open(self, name: ContractName, ts: int) -> bool:
        """Whether the contract's market is open at `ts` (epoch µs), as far as is known."""
        instrument = self.get(name)
        return instrument is None or instrument.hours.is_open(ts)

    def opened(self, name: ContractName, ts: int) -> int:
        """When the session of its market around `ts` began, in epoch µs; 0 where that is not known."""
        instrument = self.get(name)
        return 0 if instrument is None else instrument.hours.opened(ts)

    def _refuse(self, name: ContractName, text: str) -> None:
        self._troubles.note(Notice("unknown", str(name), "failing", text), now())
