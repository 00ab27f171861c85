"""What both contestants are given to do."""

from __future__ import annotations

from tradestream_nb.sim.symbols import choose_symbols

SYMBOLS = 50
NAMES = choose_symbols(SYMBOLS)
LAST = 1_000_000.0
"""At this price and above a trade says that a feed has ended; each feed has a price of its own for it."""
