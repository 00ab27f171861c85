"""The random walk of one simulated instrument, and the market factor that all of them share."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, sqrt
from zlib import crc32

import numpy as np

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Quote
from tradestream_nb.sim.symbols import PRICE_LEVELS

SESSION = int(6.5 * 3600) * SECOND
"""Length of a trading session in µs: the hours of the New York exchanges."""
MARKET_VOLATILITY = 0.01
"""Standard deviation of the market factor over one session, as a log return."""
LEAST_CENTS = 2
"""No price is below this."""

_BLOCK = 64


class MarketFactor:
    """The log return the whole market has made, one value per second: a session's path that ends where it began.

    Every session repeats it, so no time is too far away to ask for.
    """

    def __init__(self, seed: int) -> None:
        seconds = SESSION // SECOND
        steps = np.random.Generator(np.random.PCG64([seed])).standard_normal(seconds)
        path = np.append(0.0, steps.cumsum()) * (MARKET_VOLATILITY / sqrt(seconds))
        self._path: list[float] = (path - path[-1] * np.linspace(0.0, 1.0, seconds + 1)).tolist()[:-1]

    def at(self, elapsed: int) -> float:
        """The factor `elapsed` µs after the start."""
        return self._path[elapsed // SECOND % len(self._path)]


class Instrument:
    """One symbol's session: a geometric random walk with a share in the market's, quoted in whole cents.

    Its numbers come from the seed and its name alone, so other symbols do not change them.
    """

    def __init__(self, symbol: str, factor: MarketFactor, *, seed: int, start: int) -> None:
        random = generator(symbol, seed)
        level = PRICE_LEVELS.get(symbol) or exp(random.normal(4.2, 0.8))
        self.symbol = symbol
        self.first_price = max(level * exp(random.normal(0, 0.03)), 3.0)
        self.volatility = 0.015 * exp(random.normal(0, 0.35))
        """Standard deviation of the symbol's own log return over one session."""
        self.daily_volume = 4e6 * exp(random.normal(0, 1.0))
        self._beta = max(random.normal(1.0, 0.3), 0.1)
        self._relative_spread = 0.0002 * exp(random.normal(0, 0.4))
        self._draws = _draws(random)
        self._factor, self._market = factor, 0.0
        self._start = self._opened = self._ts = start
        self._price, self._volume = self.first_price, 0.0
        self._open = self._high = self._low = _cents(self._price) / 100
        self._close = _cents(self._price * exp(self.volatility / 2 * random.standard_normal())) / 100

    def quote(self, ts: int) -> Quote:
        """Walk on to `ts` (epoch µs) and quote; a `ts` before the last one finds the price where it was."""
        noise, turnover, side = next(self._draws)
        if ts > self._ts:
            self._walk(ts, noise, turnover)
        cents = _cents(self._price)
        spread = max(round(cents * self._relative_spread), 1)
        bid = max(cents - int(side * (spread + 1)), LEAST_CENTS)
        last = cents / 100
        self._high, self._low = max(self._high, last), min(self._low, last)
        return Quote(
            self.symbol, last, bid / 100, (bid + spread) / 100,
            self._volume, self._open, self._high, self._low, self._close, ts,
        )  # fmt: skip

    def _walk(self, ts: int, noise: float, turnover: float) -> None:
        if ts - self._opened >= SESSION:
            self._begin_session(ts)
        activity = u_shape((ts - self._opened) / SESSION) * (ts - self._ts) / SESSION
        market = self._factor.at(ts - self._start)
        self._price *= exp(self.volatility * sqrt(activity) * noise + self._beta * (market - self._market))
        self._volume += float(int(self.daily_volume * activity * turnover))
        self._market, self._ts = market, ts

    def _begin_session(self, ts: int) -> None:
        self._opened += (ts - self._opened) // SESSION * SESSION
        self._ts = self._opened
        self._close = self._open = self._high = self._low = _cents(self._price) / 100
        self._volume = 0.0


def generator(symbol: str, seed: int, *stream: int) -> np.random.Generator:
    """Random numbers that belong to one symbol of one seed; another `stream` is independent of the first."""
    return np.random.Generator(np.random.PCG64([seed, crc32(symbol.encode()), *stream]))


def u_shape(progress: float) -> float:
    """Activity at `progress` (0 to 1) of a session: 1 on average, three times the noon's at open and close."""
    return 0.6 + 1.2 * (2 * progress - 1) ** 2


def _cents(price: float) -> int:
    return max(round(price * 100), LEAST_CENTS)


def _draws(random: np.random.Generator) -> Iterator[tuple[float, float, float]]:
    """A normal, an exponential and a uniform number per step, drawn in blocks because single draws are slow."""
    while True:
        yield from zip(
            random.standard_normal(_BLOCK).tolist(),
            random.standard_exponential(_BLOCK).tolist(),
            random.random(_BLOCK).tolist(),
            strict=True,
        )
