"""What a saved notebook shows in a widget's place, where no kernel runs: the first rows as a plain table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Any, NamedTuple

from tradestream_nb.clock import iso
from tradestream_nb.topics import Batch

ROWS = 20


class Rows(NamedTuple):
    """How the messages of one topic become rows: their headings, and a message's rows of cells."""

    headings: tuple[str, ...]
    cells: Callable[[Any], Iterable[tuple[str, ...]]]
    newest_first: bool = False


def saved(batch: Batch) -> str:
    """The first `ROWS` rows of a batch and how many there are beside them."""
    topic = TOPICS[batch.topic]
    rows = [row for entry in batch.entries for row in topic.cells(entry.message)]
    rows = rows[::-1] if topic.newest_first else sorted(rows)
    more = f"<p>and {len(rows) - ROWS} more</p>" if len(rows) > ROWS else ""
    head = table_row("th", topic.headings)
    body = "".join(table_row("td", row) for row in rows[:ROWS])
    return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>{more}"


def price(value: float) -> str:
    """With enough decimals to see an ordinary move."""
    return f"{value:,.{2 if abs(value) >= 10 else 4}f}"


def table_row(tag: str, cells: Iterable[str]) -> str:
    """Cells of the kind `th` or `td` as a row."""
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"


def time(ts: int) -> str:
    """`ts` (epoch µs) to the second, in UTC."""
    return iso(ts)[:19].replace("T", " ")


def _price(m: Any) -> Iterable[tuple[str, ...]]:
    change = f"{m.change:+,.{2 if abs(m.price) >= 10 else 4}f}"
    yield m.symbol, price(m.price), change, f"{m.change_pct:+.2f}"


def _signal(m: Any) -> Iterable[tuple[str, ...]]:
    yield time(m.ts), m.signal_type, m.symbol, price(m.price), f"{m.confidence:.0%}", m.strategy


def _trade(m: Any) -> Iterable[tuple[str, ...]]:
    yield time(m.ts), m.side, m.symbol, f"{m.quantity:g}", price(m.price)


def _positions(m: Any) -> Iterable[tuple[str, ...]]:
    for p in m.positions.values():
        prices = price(p.average_price), price(p.market_price)
        yield p.symbol, f"{p.quantity:g}", *prices, f"{p.unrealized_pnl:+,.2f}", f"{p.unrealized_pnl_pct:+.2f}"


def _health(m: Any) -> Iterable[tuple[str, ...]]:
    yield m.stream, m.state, f"{m.messages:,}", f"{m.errors:,}", m.text


TOPICS = {
    "price_updates": Rows(("Symbol", "Price", "Change", "%"), _price),
    "signals": Rows(("Time", "Side", "Symbol", "Price", "Confidence", "Strategy"), _signal, newest_first=True),
    "trades": Rows(("Time", "Side", "Symbol", "Quantity", "Price"), _trade, newest_first=True),
    "portfolio": Rows(("Symbol", "Quantity", "Average", "Market", "P&L", "P&L %"), _positions),
    "health": Rows(("Stream", "State", "Messages", "Errors", ""), _health),
}
