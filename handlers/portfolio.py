"""The account as a whole, sent when something in it changes."""

from __future__ import annotations

from tradestream_nb import AccountSnapshot, PortfolioUpdate, Position, PositionLine, handler, replace


@handler(on=(Position, AccountSnapshot), key="account", topic="portfolio")
def portfolio(
    event: Position | AccountSnapshot, last: PortfolioUpdate | None
) -> tuple[PortfolioUpdate, list[PortfolioUpdate]]:
    """Emit every open position with its P&L and the totals, in currency and in per cent of what they cost."""
    before = last or PortfolioUpdate(account=event.account, positions={}, total_pnl=0.0)
    if isinstance(event, AccountSnapshot):
        after = replace(before, equity=event.equity, cash=event.cash, realized_pnl=event.realized_pnl)
    else:
        lines = {**before.positions, event.symbol: line_of(event)}
        after = before.with_positions({symbol: line for symbol, line in lines.items() if line.quantity})
    if after == last:
        return after, []
    after = replace(after, ts=event.ts)
    return after, [after]


def line_of(position: Position) -> PositionLine:
    """A position with its P&L: the broker's own figure, else (market - average price) x quantity."""
    quantity, average, pnl = position.quantity, position.average_price, position.unrealized_pnl
    market = average if position.market_price is None else position.market_price
    if pnl is None:
        pnl = round((market - average) * quantity, 6)
    cost = abs(quantity * average)
    return PositionLine(position.symbol, quantity, average, market, pnl, round(100 * pnl / cost, 4) if cost else 0.0)
