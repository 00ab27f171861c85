"""One message per execution."""

from __future__ import annotations

from tradestream_nb import Fill, TradeExecuted, handler


@handler(on=Fill, key="exec_id", topic="trades")
def trades(fill: Fill, seen: bool | None) -> tuple[bool, list[TradeExecuted]]:
    """Emit each execution once, however often the broker reports it; its `exec_id` is its identity."""
    if seen:
        return True, []
    trade = TradeExecuted(
        exec_id=fill.exec_id,
        symbol=fill.symbol,
        side=fill.side,
        quantity=fill.quantity,
        price=fill.price,
        commission=fill.commission,
        account=fill.account,
        ts=fill.ts,
        corrects=fill.corrects,
    )
    return True, [trade]
