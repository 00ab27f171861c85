"""What every contract costs: the simulated market, scaled to the level and the tick of each contract."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import sqrt

import numpy as np

from tradestream_nb.clock import SECOND, moment
from tradestream_nb.events import Quote
from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.market import SimulatedMarket
from tradestream_nb.sim.tws.catalogue import Catalogue
from tradestream_nb.sim.tws.tape import STEP, Candle, Tape

LEVELS = {
    "EUR.USD": 1.08, "GBP.USD": 1.27, "AUD.USD": 0.66, "NZD.USD": 0.60, "USD.JPY": 151.0, "USD.CHF": 0.88,
    "USD.CAD": 1.37, "EUR.GBP": 0.85, "EUR.JPY": 163.0,
    "ES": 5900.0, "MES": 5900.0, "NQ": 20700.0, "YM": 43800.0, "ZN": 110.0, "GC": 2650.0, "CL": 70.0,
}  # fmt: skip
"""Roughly where pairs and futures traded late in 2024."""
LEAD = 3600
"""The market opens on a whole multiple of so many seconds, so that bars begin where people expect them."""
CONTRACT_SHARES = 20
"""How many times fewer contracts than shares change hands."""
DAY = 86_400
CANDLES = 10_000
"""How many bars of each length there are from before the opening."""


class Prices:
    """Quotes of a market that opened at the last full hour before `start` (epoch µs).

    A contract is asleep until someone asks for it; then it has been quoted since the opening.
    """

    def __init__(self, catalogue: Catalogue, *, seed: int, start: int) -> None:
        self.opening = start - start % (LEAD * SECOND)
        self._now = start
        self._listings = {listing.con_id: listing for listing in catalogue}
        names = [market_name(listing) for listing in catalogue]
        self._market = SimulatedMarket(names, seed=seed, start=self.opening)
        self._places = {con_id: place for place, con_id in enumerate(self._listings)}
        self._quotes: dict[int, Quote] = {}
        self._first: dict[int, float] = {}
        self._tapes: dict[int, Tape] = {}
        self._traded: dict[int, float] = {}
        self._completed: dict[int, Candle | None] = {}
        self.history = lru_cache(maxsize=32)(self._history)
        """Up to `CANDLES` intervals of so many seconds, given a con_id; the last one ends at the opening."""

    def quote(self, con_id: int) -> Quote:
        """What a contract costs now."""
        self.wake(con_id)
        return self._quotes[con_id]

    def tape(self, con_id: int) -> Tape:
        """What a contract did since the opening."""
        self.wake(con_id)
        return self._tapes[con_id]

    def traded(self, con_id: int) -> float:
        """What was traded of a contract in the last step."""
        return self._traded.get(con_id, 0.0)

    def completed(self, con_id: int) -> Candle | None:
        """The five seconds that the last step completed, if it did."""
        return self._completed.get(con_id)

    def wake(self, con_id: int) -> None:
        """Quote a contract on every step from now on."""
        if con_id in self._tapes:
            return
        self._tapes[con_id] = Tape()
        for ts in range(self.opening, self._now, STEP * SECOND):
            self._step(con_id, ts)
        self._step(con_id, self._now)

    def step(self, ts: int) -> Iterator[tuple[Listing, Quote]]:
        """Move on to `ts` (epoch µs): every contract that is awake, with its new quote."""
        self._now = ts
        for con_id in list(self._tapes):
            yield self._listings[con_id], self._step(con_id, ts)

    def _step(self, con_id: int, ts: int) -> Quote:
        listing = self._listings[con_id]
        raw = self._market.quote(self._places[con_id], ts)
        first = self._first.setdefault(con_id, raw.last or 1.0)
        quote = scaled(raw, listing, first)
        self._traded[con_id] = max((quote.volume or 0) - self._volume(con_id), 0.0)
        self._quotes[con_id] = quote
        self._completed[con_id] = self._tapes[con_id].add(ts, quote.last or 0.0, self._traded[con_id])
        return quote

    def _volume(self, con_id: int) -> float:
        before = self._quotes.get(con_id)
        return before.volume or 0.0 if before else 0.0

    def _history(self, con_id: int, seconds: int) -> list[Candle]:
        self.wake(con_id)
        listing, first = self._listings[con_id], self._first[con_id]
        begins = _begins(self.opening, seconds)
        candles = []
        for begin, bar in zip(begins, self._market.history(market_name(listing), CANDLES, seconds), strict=True):
            open_, high, low, close = (
                price_of(price, listing, first) for price in (bar.open, bar.high, bar.low, bar.close)
            )
            volume = volume_of(bar.volume, listing)
            turnover = (high + low + close) / 3 * volume
            candles.append(Candle(begin, open_, high, low, close, volume, turnover, int(volume) // 100 + 1))
        return candles


def _begins(opening: int, seconds: int) -> list[int]:
    """When the bars before the opening begin (epoch µs); daily ones on working days only."""
    if seconds != DAY:
        return [opening - ago * seconds * SECOND for ago in range(CANDLES, 0, -1)]
    today = np.datetime64(moment(opening).date(), "D")
    days = today - np.arange(2 * CANDLES, 0, -1).astype("timedelta64[D]")
    working = days[np.is_busday(days)][-CANDLES:]
    begins: list[int] = working.astype("datetime64[us]").astype(np.int64).tolist()
    return begins


def market_name(listing: Listing) -> str:
    """What a contract is called in the simulated market."""
    return listing.local_symbol or listing.symbol


def scaled(quote: Quote, listing: Listing, first: float) -> Quote:
    """The quote of a stock as it is, and of anything else at the contract's own level, in whole ticks."""
    if listing.sec_type == "STK":
        return quote
    last, open_, high, low, close, bid, ask = (
        price_of(price or first, listing, first)
        for price in (quote.last, quote.open, quote.high, quote.low, quote.close, quote.bid, quote.ask)
    )
    ask = max(ask, round(bid + listing.min_tick, 10))
    volume = volume_of(quote.volume or 0.0, listing)
    return Quote(listing.symbol, last, bid, ask, volume, open_, high, low, close, quote.ts)


def price_of(price: float, listing: Listing, first: float) -> float:
    """A simulated price, which was `first` at the opening, at the contract's level and in its ticks."""
    if listing.sec_type == "STK":
        return price
    # Currencies and indices move less than single stocks do.
    level = LEVELS[listing.local_symbol if listing.sec_type == "CASH" else listing.symbol]
    moved = level * sqrt(price / first)
    return round(round(moved / listing.min_tick) * listing.min_tick, 10)


def volume_of(shares: float, listing: Listing) -> float:
    """What was traded of a contract when so many shares of a stock would have been."""
    if listing.sec_type == "STK":
        return shares
    return shares // CONTRACT_SHARES if listing.sec_type == "FUT" else 0.0
