"""Market data: asked for once, asked for again when it is lost or silent, and put into events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from tradestream_nb.clock import SECOND, now
from tradestream_nb.events import Event
from tradestream_nb.sources.ibkr.connection import Connection
from tradestream_nb.sources.ibkr.instruments import Instruments
from tradestream_nb.sources.ibkr.options import DATA_TYPES, IbkrOptions
from tradestream_nb.sources.ibkr.quotes import BAR_SECONDS, live_bar, quotes_of
from tradestream_nb.sources.ibkr.registry import Feed, Registry, Wanted
from tradestream_nb.sources.ibkr.symbols import ContractName
from tradestream_nb.sources.ibkr.troubles import Troubles

SILENT = 8.0
"""Seconds without a word of something whose market is open, after which it is said to be silent."""
ASK_AGAIN = 30.0
"""Seconds after which it is asked for again."""
LEARN_SOON = 5.0
"""Seconds between two looks at what is not known of the contracts."""
VERIFY = 3.0
"""Seconds that data have to come in after the broker has said that all is well again."""

PACE: dict[Feed, float] = {"quotes": 0.0, "ticks": 0.0, "bars": BAR_SECONDS}
"""Seconds between two words of a feed that is well."""


class Feeds:
    """Every subscription of a source, across all its connections."""

    def __init__(
        self, connection: Connection, options: IbkrOptions, troubles: Troubles, put: Callable[[Event], None]
    ) -> None:
        self.registry = Registry()
        self.instruments = Instruments(connection, troubles)
        self._connection, self._options, self._troubles, self._put = connection, options, troubles, put
        self._bars: dict[ContractName, Any] = {}
        self._verify_at: int | None = None

    async def hold(self, name: ContractName, feed: Feed) -> None:
        """Want a feed; it is asked for when nobody has wanted it yet. Raises SourceError when there is no room."""
        wanted = self.registry.hold(name, feed)
        if wanted is not None and self._connection.is_open:
            await self.instruments.learn(name)
            self._ask(wanted, afresh=True)

    def release(self, name: ContractName, feed: Feed) -> None:
        """Want a feed no longer; it is cancelled when nobody else does."""
        wanted = self.registry.release(name, feed)
        if wanted is not None and self._connection.is_open:
            self._cancel(wanted)

    async def restore(self) -> None:
        """Ask for everything that is wanted, on a connection that knows of nothing."""
        self._bars.clear()
        self._connection.ib.reqMarketDataType(DATA_TYPES[self._options.data])
        names = dict.fromkeys(each.name for each in self.registry)
        await asyncio.gather(*map(self.instruments.learn, names))
        self.ask_again(self.registry, afresh=True)

    def ask_again(self, wanted: Iterable[Wanted], *, afresh: bool = False) -> None:
        """Cancel and ask anew; `afresh` where TWS has forgotten, so that there is nothing to cancel."""
        for each in wanted:
            if not afresh and each.asked:
                self._cancel(each)
            self._ask(each, afresh=afresh)

    def verify(self) -> None:
        """Soon ask again for all that has not said anything by then."""
        self._verify_at = now() + round(VERIFY * SECOND)

    def check(self) -> None:
        """Ask again for what is silent though its market is open, but not while earlier questions wait to be sent."""
        ts = now()
        if self._connection.is_throttled:
            self._verify_at = None if self._verify_at is None else ts + round(VERIFY * SECOND)
            return
        if self._verify_at is not None and ts >= self._verify_at:
            self._verify_at = None
            self.ask_again(each for each in self._listening(ts) if self._silence(each, ts) > VERIFY + PACE[each.feed])
        silent = (each for each in self._listening(ts) if each.asked and self._silence(each, ts) >= ASK_AGAIN)
        self.ask_again(each for each in silent if each.is_due(ts, ASK_AGAIN))

    async def keep_learning(self) -> None:
        """Ask again and again about contracts that TWS said nothing of, and for trading hours that have run out."""
        while True:
            await asyncio.sleep(LEARN_SOON)
            for name in tuple(self.instruments.unanswered):
                await self.instruments.learn(name)
                self.ask_again((each for each in self.registry if each.name == name), afresh=True)
            await self.instruments.renew_hours()

    def silent(self, ts: int) -> dict[str, float]:
        """The symbols that should be speaking and are not, with the seconds since they last did."""
        asked = [each for each in self._listening(ts) if each.asked]
        silences = {self.instruments.symbol(each.name): self._silence(each, ts) for each in asked}
        return {symbol: seconds for symbol, seconds in silences.items() if seconds > SILENT}

    def all_silent(self, ts: int) -> bool:
        """Whether nothing at all comes in of what should."""
        listening = self._listening(ts)
        return bool(listening) and all(each.asked and self._silence(each, ts) > SILENT for each in listening)

    def heard(self, ts: int) -> int:
        """When anything was heard last, or a market opened that could not be heard before; 0 for never."""
        return max(self.registry.heard, *(self.instruments.opened(each.name, ts) for each in self._listening(ts)), 0)

    def quiet(self, ts: int) -> bool:
        """Whether every market that is listened to is closed."""
        return not any(True for _ in self._listening(ts))

    def on_tickers(self, tickers: Iterable[Any]) -> None:
        """Take in what one packet has changed."""
        ts = now()
        for ticker in tickers:
            name = self.instruments.name_of(ticker.contract)
            if name is None:
                continue
            symbol = self._hear(name, "ticks" if ticker.tickByTicks else "quotes", ts)
            for quote in quotes_of(ticker, symbol, ts):
                self._put(quote)

    def on_bars(self, bars: Any, has_new: bool) -> None:
        """Take in a live bar."""
        name = self.instruments.name_of(bars.contract)
        if name is None or not has_new or getattr(bars, "barSize", None) != BAR_SECONDS:
            return
        if bar := live_bar(bars[-1], self._hear(name, "bars", now())):
            self._put(bar)

    def _ask(self, wanted: Wanted, *, afresh: bool) -> None:
        instrument, ib = self.instruments.get(wanted.name), self._connection.ib
        if instrument is None:
            return
        wanted.ask(now(), afresh=afresh)
        contract = instrument.contract
        if wanted.feed == "quotes":
            ib.reqMktData(contract)
        elif wanted.feed == "ticks":
            ib.reqTickByTickData(contract, "AllLast")
        else:
            shown = "MIDPOINT" if contract.secType == "CASH" else "TRADES"
            self._bars[wanted.name] = ib.reqRealTimeBars(contract, BAR_SECONDS, shown, False)

    def _cancel(self, wanted: Wanted) -> None:
        instrument, ib = self.instruments.get(wanted.name), self._connection.ib
        if instrument is None:
            return
        if wanted.feed == "quotes":
            ib.cancelMktData(instrument.contract)
        elif wanted.feed == "ticks":
            ib.cancelTickByTickData(instrument.contract, "AllLast")
        elif (bars := self._bars.pop(wanted.name, None)) is not None:
            ib.cancelRealTimeBars(bars)

    def _hear(self, name: ContractName, feed: Feed, ts: int) -> str:
        """Note that a feed has spoken, and give the symbol."""
        symbol = self.instruments[name].symbol
        self._troubles.delivered(symbol)
        if wanted := self.registry.get(name, feed):
            wanted.hear(ts)
        return symbol

    def _listening(self, ts: int) -> list[Wanted]:
        """What is wanted of markets that are open."""
        return [each for each in self.registry if self.instruments.is_open(each.name, ts)]

    def _silence(self, wanted: Wanted, ts: int) -> float:
        """Seconds since it was last heard or first asked for; nobody is silent before the market opens."""
        return min(wanted.silent_for(ts), (ts - self.instruments.opened(wanted.name, ts)) / SECOND)
