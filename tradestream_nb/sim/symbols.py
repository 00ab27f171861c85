"""Names for simulated instruments: well-known US tickers first, then made-up ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import permutations

from tradestream_nb.errors import UserError

LIMIT = 5000
"""The largest market that is simulated."""

PRICE_LEVELS = {
    "AAPL": 230.0,
    "MSFT": 420.0,
    "GOOGL": 170.0,
    "AMZN": 200.0,
    "NVDA": 135.0,
    "META": 560.0,
    "TSLA": 250.0,
    "JPM": 240.0,
    "V": 300.0,
    "JNJ": 155.0,
    "WMT": 85.0,
    "XOM": 115.0,
    "PG": 170.0,
    "KO": 64.0,
    "DIS": 110.0,
    "NFLX": 750.0,
    "INTC": 24.0,
    "AMD": 140.0,
    "BAC": 45.0,
    "IBM": 220.0,
}
"""Roughly where the known tickers traded late in 2024."""

# Without vowels no made-up ticker is a word; the stride is prime, so it visits every name once in a mixed order.
_LETTERS = "BCDFGHJKLMNPRSTVWXZ"
_STRIDE = 2357


def choose_symbols(wanted: int | str | Sequence[str]) -> tuple[str, ...]:
    """The symbols a user asked for: a number of them, a comma-separated list, or a sequence of names.

    Raises UserError when there are none or more than `LIMIT`, or when a name is blank or given twice.
    """
    if isinstance(wanted, str):
        wanted = int(wanted) if _is_number(wanted) else wanted.split(",")
    if isinstance(wanted, int):
        _check_count(wanted)
        return ticker_names(wanted)
    names = tuple(name.strip() for name in wanted)
    _check_count(len(names))
    if "" in names:
        raise UserError("symbols holds a blank name; write symbols=AAPL,MSFT")
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise UserError(f"symbols names {name!r} {times} times; name each symbol once")
    return names


def ticker_names(count: int) -> tuple[str, ...]:
    """The first `count` tickers, always the same and each one once."""
    made_up = [name for letters in permutations(_LETTERS, 3) if (name := "".join(letters)) not in PRICE_LEVELS]
    mixed = (made_up[i * _STRIDE % len(made_up)] for i in range(len(made_up)))
    return (*PRICE_LEVELS, *mixed)[:count]


def _is_number(text: str) -> bool:
    return text.strip().removeprefix("-").isdecimal()


def _check_count(count: int) -> None:
    if not 1 <= count <= LIMIT:
        raise UserError(f"symbols asks for {count}; a simulated market has 1 to {LIMIT}")
