"""Executions on request, filtered as clients like them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tradestream_nb.sim.executions import Execution
from tradestream_nb.sim.tws.codes import Code, Reply, Request
from tradestream_nb.sim.tws.described import home
from tradestream_nb.sim.tws.execution_messages import commission_message, execution_message
from tradestream_nb.sim.tws.fields import Fields
from tradestream_nb.sim.tws.part import Answer, Part
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.spans import end_time

_SIDES = {"BUY": "BUY", "BOT": "BUY", "SELL": "SELL", "SLD": "SELL", "SSHORT": "SELL"}


class Filter(msgspec.Struct, frozen=True):
    """What a client wants to see; a blank wants all."""

    client_id: int = 0
    account: str = ""
    since: int = 0
    symbol: str = ""
    sec_type: str = ""
    exchange: str = ""
    side: str = ""

    def lets_through(self, execution: Execution) -> bool:
        """Say whether the client wants to see this one."""
        listing = execution.listing
        asked = (
            (self.account, execution.account),
            (self.symbol.upper(), listing.symbol.upper()),
            (self.sec_type.upper(), listing.sec_type),
            (self.exchange.upper(), home(listing)),
            (_SIDES.get(self.side.upper(), self.side), execution.side),
        )
        return (
            execution.ts >= self.since
            and self.client_id in (0, execution.client_id)
            and all(not wanted or wanted == known for wanted, known in asked)
        )


class Executions(Part):
    """Repeats every execution there was, corrected ones too, each with its commission."""

    def answers(self) -> Mapping[Request, Answer]:
        """Requests about executions."""
        return {Request.EXECUTIONS: self._tell}

    def _tell(self, session: Session, fields: Fields) -> None:
        fields.skip()
        request_id, client_id, account, time = fields.integer(), fields.integer(), fields.text(), fields.text()
        since = end_time(time) if time else 0
        if since is None:
            text = f"Error validating request.-'bB' : cause - {time} is not a time, write yyyymmdd hh:mm:ss"
            return session.error(request_id, Code.INVALID, text)
        wanted = Filter(client_id, account, since, *(fields.text() for _ in range(4)))
        for books in self.world.exchange.books.values():
            for execution in filter(wanted.lets_through, books.reported):
                session.send(*execution_message(session.version, execution, request_id))
                session.send(*commission_message(books.commissions[execution.exec_id]))
        session.send(Reply.EXECUTIONS_END, 1, request_id)
