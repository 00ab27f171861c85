"""Messages about a trade and what it cost."""

from __future__ import annotations

from tradestream_nb.sim.executions import Commission, Execution
from tradestream_nb.sim.tws.codes import Reply
from tradestream_nb.sim.tws.described import contract_fields, home
from tradestream_nb.sim.tws.fields import UNSET, UNSET_INTEGER
from tradestream_nb.sim.tws.spans import time_text
from tradestream_nb.sim.tws.subscriptions import Message

LIVE = -1
"""The request id of a trade that nobody asked for."""
REMOVED_LIQUIDITY = 2


def execution_message(version: int, execution: Execution, request_id: int = LIVE) -> Message:
    """One trade. TWS has no order id for the orders entered in it."""
    revision = (False,) if version >= 178 else ()
    return (
        Reply.EXECUTION, request_id, UNSET_INTEGER if execution.order_id < 0 else execution.order_id,
        *contract_fields(execution.listing), execution.exec_id, time_text(execution.ts, epoch=False), execution.account,
        home(execution.listing), "BOT" if execution.side == "BUY" else "SLD", execution.shares, execution.price,
        execution.perm_id, execution.client_id, 0, execution.cumulative, execution.average_price, execution.ref,
        None, 0.0, None, REMOVED_LIQUIDITY, *revision,
    )  # fmt: skip


def commission_message(commission: Commission) -> Message:
    """What one trade cost, and what it realized if it closed something."""
    realized = UNSET if commission.realized_pnl is None else commission.realized_pnl
    return Reply.COMMISSION, 1, commission.exec_id, commission.amount, commission.currency, realized, UNSET, 0
