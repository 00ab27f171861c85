"""Price of every symbol, sent when it changes."""

from __future__ import annotations

from tradestream_nb import PriceUpdate, Quote, handler


@handler(on=Quote, key="symbol", topic="price_updates")
def price_updates(
    quote: Quote, last: PriceUpdate | None, *, min_move: float = 0.0
) -> tuple[PriceUpdate | None, list[PriceUpdate]]:
    """Emit the quote's price when it moved by at least `min_move` (in price units) since the last one sent."""
    price = quote.price
    if price is None or (last and (price == last.price or abs(price - last.price) < min_move)):
        return last, []

    change = price - quote.close if quote.close else 0.0
    update = PriceUpdate(
        symbol=quote.symbol,
        price=price,
        change=round(change, 6),
        change_pct=round(100 * change / quote.close, 4) if quote.close else 0.0,
        volume=quote.volume or 0.0,
        high=quote.high,
        low=quote.low,
        open=quote.open,
        close=quote.close,
        ts=quote.ts,
    )
    return update, [update]
