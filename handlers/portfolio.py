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
    positions = dict(portfolio.positions)
    if position.quantity:
        positions[position.symbol] = line_of(position)
    else:
        positions.pop(position.symbol, None)
    cost = sum(abs(line.quantity * line.average_price) for line in positions.values())
    pnl = round(sum(line.unrealized_pnl for line in positions.values()), 6)
    return replace(
        portfolio, positions=positions, total_pnl=pnl, total_pnl_pct=round(100 * pnl / cost, 4) if cost else 0.0
    )


def line_of(position: Position) -> PositionLine:
    """A position with its P&L: the broker's own figure, else (market - average price) x quantity."""
    market = position.average_price if position.market_price is None else position.market_price
    cost = abs(position.quantity * position.average_price)
    pnl = position.unrealized_pnl
    if pnl is None:
        pnl = round((market - position.average_price) * position.quantity, 6)
    return PositionLine(
        symbol=position.symbol,
        quantity=position.quantity,
        average_price=position.average_price,
        market_price=market,
        unrealized_pnl=pnl,
        unrealized_pnl_pct=round(100 * pnl / cost, 4) if cost else 0.0,
    )
