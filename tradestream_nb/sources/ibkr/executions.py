"""Executions: every one that TWS tells of, by whomever it was ordered, as one fill."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from tradestream_nb.clock import now
from tradestream_nb.errors import SourceLost
from tradestream_nb.events import Event, Fill
from tradestream_nb.sources.ibkr.clean import number, ts_of
from tradestream_nb.sources.ibkr.connection import Connection
from tradestream_nb.sources.ibkr.ledger import Ledger
from tradestream_nb.sources.ibkr.symbols import symbol_of

logger = logging.getLogger(__name__)


class Executions:
    """Keeps the ledger through all connections of a source; with an account, those of others are left out."""

    def __init__(
        self, connection: Connection, *, account: str, put: Callable[[Event], None], ledger: Ledger | None = None
    ) -> None:
        self.ledger = ledger or Ledger()
        self._connection, self._account, self._put = connection, account, put
        self._is_asking = False

    def on_execution(self, contract: Any, execution: Any) -> None:
        """Take in an execution, new, old or corrected."""
        if self._account in ("", execution.acctNumber):
            self._tell(self.ledger.executed(fill_of(contract, execution), now()))

    def on_commission(self, report: Any) -> None:
        """Take in what an execution cost."""
        commission = number(report.commission)
        if commission is not None:
            self._tell(self.ledger.commissioned(report.execId, commission))

    def tell_due(self) -> None:
        """Tell of the executions whose commission has not come in time."""
        self._tell(self.ledger.due(now()))

    async def recover(self) -> None:
        """Ask for every execution of the day; those of other programs, or made while TWS was away, come only so."""
        if self._is_asking:
            return
        self._is_asking = True
        try:
            await self._connection.ask(self._connection.ib.reqExecutionsAsync())
        except (TimeoutError, SourceLost):
            logger.warning("TWS did not tell the executions of the day; it will be asked again")
        finally:
            self._is_asking = False

    async def keep_recovering(self, seconds: float) -> None:
        """Ask again and again."""
        while True:
            await asyncio.sleep(seconds)
            await self.recover()

    def _tell(self, fills: list[Fill]) -> None:
        for fill in fills:
            self._put(fill)


def fill_of(contract: Any, execution: Any) -> Fill:
    """One of the broker's executions as an event; its commission comes apart from it."""
    return Fill(
        exec_id=execution.execId,
        symbol=symbol_of(contract),
        side="BUY" if execution.side in ("BOT", "BUY") else "SELL",
        quantity=float(execution.shares),
        price=float(execution.price),
        account=execution.acctNumber,
        order_id=str(execution.permId or execution.orderId),
        ts=ts_of(execution.time),
    )
