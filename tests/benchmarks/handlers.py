"""Events per second through one handler in the host, beside a bare loop and three other stream libraries.

Everyone does the same work on the same quotes: the difference to the symbol's last price, collected where it moved.
One process, rounds interleaved, the best of each kept: the machine's noise is then the same for all. Ratios count.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import csp
import eventkit
from streamz import Stream

from tradestream_nb import Quote, handler
from tradestream_nb.host import Host

EVENTS, SYMBOLS, ROUNDS = 200_000, 500, 7
AIMS = {"bare loop": 1_000_000 / 2_800_000, "eventkit": 3.0, "streamz": 10.0, "csp": 10.0}
"""How many times as fast as each of them the host should be."""


@handler(on=Quote, key="symbol", topic="moves")
def moves(quote: Quote, last: float | None) -> tuple[float | None, Sequence[dict[str, Any]]]:
    """Emit by how much a price moved."""
    price = quote.last
    if last is None or price is None or price == last:
        return price, ()
    return price, [{"symbol": quote.symbol, "move": price - last}]


class LastPrice:
    """The same for the libraries that keep no state for their users: a dict from symbol to price."""

    def __init__(self) -> None:
        self.last: dict[str, float | None] = {}

    def __call__(self, quote: Quote) -> dict[str, Any] | None:
        price, last = quote.last, self.last.get(quote.symbol)
        self.last[quote.symbol] = price
        if last is None or price is None or price == last:
            return None
        return {"symbol": quote.symbol, "move": price - last}


def with_host(quotes: list[Quote]) -> list[Any]:
    """The product."""
    out: list[Any] = []
    host = Host([moves], emit=lambda topic, messages, ts: out.extend(messages))
    for quote in quotes:
        host.process(quote)
    return out


def with_bare_loop(quotes: list[Quote]) -> list[Any]:
    """What Python can do when nothing is kept apart, isolated or swappable."""
    out: list[Any] = []
    last: dict[str, float | None] = {}
    for quote in quotes:
        price, before = quote.last, last.get(quote.symbol)
        last[quote.symbol] = price
        if before is not None and price is not None and price != before:
            out.append({"symbol": quote.symbol, "move": price - before})
    return out


def with_eventkit(quotes: list[Quote]) -> list[Any]:
    """The event library under ib_insync."""
    out: list[Any] = []
    source = eventkit.Event()
    source.map(LastPrice()).filter(lambda move: move is not None).connect(out.append)
    for quote in quotes:
        source.emit(quote)
    return out


def with_streamz(quotes: list[Quote]) -> list[Any]:
    """Streams for notebooks."""
    out: list[Any] = []
    source = Stream()
    source.map(LastPrice()).filter(lambda move: move is not None).sink(out.append)
    for quote in quotes:
        source.emit(quote)
    return out


@csp.node  # type: ignore[untyped-decorator]
def diff(quote: csp.ts[object]) -> csp.ts[object]:
    """The same as a csp node."""
    with csp.state():
        s_move = LastPrice()
    if csp.ticked(quote):
        move = s_move(quote)
        if move is not None:
            return move


def with_csp(quotes: list[Quote]) -> list[Any]:
    """A stream engine in C++ with nodes in Python."""
    start, step = datetime(2026, 1, 5, tzinfo=UTC).replace(tzinfo=None), timedelta(microseconds=1)
    feed = [(start + i * step, quote) for i, quote in enumerate(quotes)]

    @csp.graph  # type: ignore[untyped-decorator]
    def graph() -> None:
        csp.add_graph_output("moves", diff(csp.curve(object, feed)))

    result = csp.run(graph, starttime=start, endtime=start + len(quotes) * step)
    return [move for _, move in result["moves"]]


CONTESTANTS: dict[str, Callable[[list[Quote]], list[Any]]] = {
    "tradestream_nb host": with_host,
    "bare loop": with_bare_loop,
    "eventkit": with_eventkit,
    "streamz": with_streamz,
    "csp": with_csp,
}


def seconds(contestant: Callable[[list[Quote]], list[Any]], quotes: list[Quote]) -> tuple[float, list[Any]]:
    """How long it takes, and what it gives."""
    gc.collect()
    began = perf_counter()
    out = contestant(quotes)
    return perf_counter() - began, out


def main() -> None:
    """Run the contest and print a table."""
    quotes = [Quote(f"S{i % SYMBOLS}", last=100.0 + (i * 7919 % 13) // 4, ts=i) for i in range(EVENTS)]
    best = dict.fromkeys(CONTESTANTS, float("inf"))
    expected = with_bare_loop(quotes)
    for _ in range(ROUNDS):
        for name, contestant in CONTESTANTS.items():
            took, out = seconds(contestant, quotes)
            assert out == expected, f"{name} gives something else"
            best[name] = min(best[name], took)
    host = best.pop("tradestream_nb host")
    print(f"handlers: {EVENTS:,} events, {SYMBOLS} symbols, {len(expected):,} messages, best of {ROUNDS}")
    print(f"{'tradestream_nb host':22}{EVENTS / host:>12,.0f} events/s")
    for name, took in best.items():
        verdict = "reached" if took / host >= AIMS[name] else "missed"
        print(
            f"{name:22}{EVENTS / took:>12,.0f} events/s   host is {took / host:5.2f} x   aim {AIMS[name]:.2f} {verdict}"
        )


if __name__ == "__main__":
    asyncio.set_event_loop(asyncio.new_event_loop())
    main()
