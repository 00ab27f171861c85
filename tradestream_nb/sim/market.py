"""A market to stream when there is no broker: pure, and the same again for the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from tradestream_nb.clock import SECOND
from tradestream_nb.errors import UserError
from tradestream_nb.events import Bar, Quote
from tradestream_nb.sim.instrument import LEAST_CENTS, SESSION, Instrument, MarketFactor, generator

_TICKS = 12
"""Steps of the random walk inside one historical bar."""


class SimulatedMarket:
    """Correlated intraday prices of many symbols from `start` (epoch µs), where a session of 6.5 hours opens.

    What a symbol does depends on the seed, its name and the times it was quoted at, counted from `start`; not on
    the other symbols and on no clock. Sessions follow each other without a break.
    """

    def __init__(self, symbols: Sequence[str], *, seed: int, start: int) -> None:
        self.symbols = tuple(symbols)
        self.seed, self.start = seed, start
        factor = MarketFactor(seed)
        self._instruments = [Instrument(symbol, factor, seed=seed, start=start) for symbol in self.symbols]
        self._by_symbol = dict(zip(self.symbols, self._instruments, strict=True))

    def quote(self, symbol: str | int, ts: int) -> Quote:
        """Advance a symbol, given by name or by its place in `symbols`, to `ts` (epoch µs) and quote it.

        Prices are whole cents above 0.01, and bid <= last <= ask. Raises UserError for a name that is not traded.
        """
        instrument = self._instruments[symbol] if isinstance(symbol, int) else self._find(symbol)
        return instrument.quote(ts)

    def history(self, symbol: str, count: int, seconds: float) -> list[Bar]:
        """`count` bars of `seconds` before `start`, oldest first; the last one closes at the first quote's price."""
        instrument = self._find(symbol)
        random = generator(symbol, self.seed, 1)
        share = seconds * SECOND / SESSION
        # A random walk read backwards is one too, so it can begin where it has to end.
        steps = random.normal(0, instrument.volatility * sqrt(share / _TICKS), count * _TICKS)
        back = np.concatenate(([0.0], steps.cumsum()))
        path = np.maximum(np.round(instrument.first_price * np.exp(back[::-1]), 2), LEAST_CENTS / 100)
        bars = np.lib.stride_tricks.sliding_window_view(path, _TICKS + 1)[::_TICKS]
        volumes = random.gamma(4.0, instrument.daily_volume * share / 4, count).round()
        rows = np.stack((bars[:, 0], bars.max(axis=1), bars.min(axis=1), bars[:, -1], volumes), axis=1)
        return [
            Bar(symbol, open_, high, low, close, volume, seconds, self.start - round(ago * seconds * SECOND))
            for ago, (open_, high, low, close, volume) in zip(range(count - 1, -1, -1), rows.tolist(), strict=True)
        ]

    def _find(self, symbol: str) -> Instrument:
        try:
            return self._by_symbol[symbol]
        except KeyError:
            raise UserError(f"{symbol!r} is not traded in this market of {len(self.symbols)} symbols") from None
