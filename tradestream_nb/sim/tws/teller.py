"""Tells clients what became of their orders, and what goes wrong with the reports of their executions."""

from __future__ import annotations

from collections.abc import Iterable

from tradestream_nb.sim.exchange import BY_HAND
from tradestream_nb.sim.orders import Order
from tradestream_nb.sim.reports import Charged, Executed, Notice, OrderChanged, Report
from tradestream_nb.sim.tws.execution_messages import commission_message, execution_message
from tradestream_nb.sim.tws.order_messages import open_order, order_status
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.subscriptions import Message
from tradestream_nb.sim.tws.trouble import ExecutionFault
from tradestream_nb.sim.tws.world import World


class Teller:
    """Sends each report to the client whose order it is about, as long as that client is connected.

    A client that connects again under its id hears of its orders from there on. Orders by hand are told to
    client 0 once it is `bound` to them.
    """

    def __init__(self, world: World) -> None:
        self.bound = False
        self._world = world
        self._spoiled: dict[str, ExecutionFault] = {}

    def tell(self, reports: Iterable[Report]) -> None:
        """Send what has just happened."""
        for report in reports:
            match report:
                case OrderChanged(order):
                    self._tell_order(order)
                case Executed():
                    self._tell_execution(report)
                case Charged():
                    self._tell_charge(report)
                case Notice(client_id, order_id, code, text):
                    session = self._owner(client_id, order_id)
                    if session:
                        session.error(order_id, code, text)

    def describe(self, session: Session, order: Order) -> list[Message]:
        """An order as this client sees it: one by hand has an id for client 0 only."""
        is_theirs = order.order_id > 0 or (session.client_id == order.client_id and self.bound)
        order_id = order.order_id if is_theirs else 0
        return [open_order(session.version, order, order_id), order_status(order, order_id)]

    def _tell_order(self, order: Order) -> None:
        session = self._owner(order.client_id, order.order_id)
        if session:
            for message in self.describe(session, order):
                session.deliver(*message)

    def _tell_execution(self, report: Executed) -> None:
        execution = report.execution
        session = self._owner(execution.client_id, execution.order_id)
        fault = self._world.trouble.next_execution() if session and execution.revision == 1 else None
        if fault:
            self._spoiled[execution.exec_id] = fault
        if fault is None or fault.kind in ("duplicate", "corrected"):
            self._deliver(report)

    def _tell_charge(self, report: Charged) -> None:
        fault = self._spoiled.pop(report.execution.exec_id, None)
        executed = Executed(report.execution)
        if fault and fault.kind == "late":
            return self._world.later(fault.seconds, lambda: self._deliver(executed, report))
        self._deliver(report)
        if fault is None:
            return
        if fault.kind == "duplicate":
            self._world.later(fault.seconds, lambda: self._deliver(executed, report))
        elif fault.kind == "commission_first":
            self._world.later(fault.seconds, lambda: self._deliver(executed))
        else:
            self._world.later(fault.seconds, lambda: self._correct(report))

    def _correct(self, report: Charged) -> None:
        execution = report.execution
        better = -execution.listing.min_tick if execution.side == "BUY" else execution.listing.min_tick
        self.tell(self._world.exchange.correct(execution.exec_id, execution.price + better))

    def _deliver(self, *reports: Executed | Charged) -> None:
        """Send to whoever has the client's id now: it may have connected again in between."""
        for report in reports:
            execution = report.execution
            session = self._owner(execution.client_id, execution.order_id)
            if session and isinstance(report, Charged):
                session.deliver(*commission_message(report.commission))
            elif session:
                session.deliver(*execution_message(session.version, execution))

    def _owner(self, client_id: int, order_id: int) -> Session | None:
        is_untold = client_id == BY_HAND and order_id < 0 and not self.bound
        return None if is_untold else self._world.sessions.get(client_id)
