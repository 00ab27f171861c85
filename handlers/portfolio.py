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
        after = with_position(before, event)
    if after == last:
        return after, []
    after = replace(after, ts=event.ts)
    return after, [after]


def with_position(portfolio: PortfolioUpdate, position: Position) -> PortfolioUpdate:
    """The portfolio after `position` changed; one of quantity 0 is closed and leaves it."""
    positions = {**portfolio.positions, position.symbol: line_of(position)}
    positions = {symbol: line for symbol, line in positions.items() if line.quantity}
    cost = sum(abs(line.quantity * line.average_price) for line in positions.values())
    pnl = round(sum(line.unrealized_pnl for line in positions.values()), 6)
    return replace(portfolio, positions=positions, total_pnl=pnl, total_pnl_pct=per_cent(pnl, cost))


def line_of(position: Position) -> PositionLine:
    """A position with its P&L: the broker's own figure, else (market - average price) x quantity."""
    quantity, average, pnl = position.quantity, position.average_price, position.unrealized_pnl
    market = average if position.market_price is None else position.market_price
    if pnl is None:
        pnl = round((market - average) * quantity, 6)
    return PositionLine(position.symbol, quantity, average, market, pnl, per_cent(pnl, abs(quantity * average)))


def per_cent(part: float, whole: float) -> float:
    """`part` in per cent of `whole`, 0 where there is no whole."""
    return round(100 * part / whole, 4) if whole else 0.0
