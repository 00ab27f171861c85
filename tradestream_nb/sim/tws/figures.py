"""The slow figures of a contract that generic ticks tell: volatilities, the highs and lows of the year, and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import log, sqrt

import msgspec
import numpy as np

from tradestream_nb.events import Quote
from tradestream_nb.sim.tws.sizes import Sizes
from tradestream_nb.sim.tws.tape import Candle
from tradestream_nb.sim.tws.ticks import Tick, generic, price, size, string

WEEK = 5
"""Days of trading."""
YEAR = 252


class Figures(msgspec.Struct, frozen=True):
    """What can be said of a contract now, from its days of trading and its quote."""

    days: Sequence[Candle]
    quote: Quote
    sizes: Sizes

    @property
    def volatility(self) -> float:
        """Of the daily returns of a month, per year."""
        closes = [day.close for day in self.days[-22:]]
        returns = [log(after / before) for before, after in zip(closes, closes[1:], strict=False)]
        return round(float(np.std(returns)) * sqrt(YEAR), 6)

    @property
    def volume(self) -> float:
        """What was traded today."""
        return self.quote.volume or 0.0

    @property
    def trade_volume(self) -> str:
        """The last trade as `price;size;ms;volume;vwap;single`."""
        last, traded = self.quote.last or 0.0, self.sizes.last
        return f"{last};{traded:g};{self.quote.ts // 1000};{self.volume:g};{last};true"


Teller = Callable[[Figures], Iterator[Tick]]


def generic_ticks(numbers: Sequence[int], figures: Figures) -> Iterator[Tick]:
    """The ticks that those generic numbers ask for."""
    for number in numbers:
        yield from TELLERS[number](figures)


def _extremes(figures: Figures) -> Iterator[Tick]:
    for number, weeks in ((15, 13), (17, 26), (19, 52)):
        days = figures.days[-weeks * WEEK :]
        yield price(number, min(day.low for day in days))
        yield price(number + 1, max(day.high for day in days))
    yield size(21, round(sum(day.volume for day in figures.days[-90:]) / 90))


def _option_volume(figures: Figures) -> Iterator[Tick]:
    yield size(29, figures.volume // 500)
    yield size(30, figures.volume // 700)


def _option_interest(figures: Figures) -> Iterator[Tick]:
    yield size(27, figures.days[-1].volume // 20)
    yield size(28, figures.days[-1].volume // 25)


def _auction(figures: Figures) -> Iterator[Tick]:
    yield size(34, figures.sizes.last)
    yield price(35, figures.quote.close)
    yield size(36, figures.sizes.bid)
    yield size(61, figures.sizes.ask)


def _shortable(figures: Figures) -> Iterator[Tick]:
    yield generic(46, 3.0)
    yield size(89, 1_000_000)


def _dividends(figures: Figures) -> Iterator[Tick]:
    quarter = round((figures.quote.close or 0.0) * 0.003, 2)
    yield string(59, f"{4 * quarter:g},{4 * quarter:g},,{quarter:g}")


def _fundamentals(figures: Figures) -> Iterator[Tick]:
    yield string(47, f"NPRICE={figures.quote.last};PEEXCLXOR=24.5;BETA=1.1;MKTCAP=-99999.99;")


def _rates(figures: Figures) -> Iterator[Tick]:
    for number, minutes in ((63, 3), (64, 5), (65, 10)):
        yield size(number, round(figures.days[-1].volume * minutes / 390))


TELLERS: dict[int, Teller] = {
    100: _option_volume,
    101: _option_interest,
    104: lambda figures: iter([generic(23, figures.volatility)]),
    106: lambda figures: iter([generic(24, round(figures.volatility * 1.1, 6))]),
    162: lambda figures: iter([generic(31, 0.5)]),
    165: _extremes,
    221: lambda figures: iter([price(37, figures.quote.last)]),
    225: _auction,
    232: lambda figures: iter([price(37, figures.quote.last)]),
    233: lambda figures: iter([string(48, figures.trade_volume)]),
    236: _shortable,
    258: _fundamentals,
    292: lambda figures: iter(()),
    293: lambda figures: iter([generic(54, figures.volume // 100)]),
    294: lambda figures: iter([generic(55, 120.0)]),
    295: lambda figures: iter([generic(56, round(figures.days[-1].volume / 390))]),
    318: lambda figures: iter([price(57, figures.quote.last)]),
    375: lambda figures: iter([string(77, figures.trade_volume)]),
    411: lambda figures: iter([generic(58, figures.volatility)]),
    456: _dividends,
    588: lambda figures: iter([size(86, figures.days[-1].volume // 2)]),
    595: _rates,
}
"""By the number a client puts into its list of generic ticks."""
