"""The product's table of prices, by itself and as a session shows it, and the market that moves it."""

from __future__ import annotations

import time
from itertools import cycle

from msgspec.structs import replace

from handlers.price_updates import price_updates
from tests.benchmarks.lab.market import RATE, Columns, Market, keep, repeat, stamp
from tradestream_nb import PriceUpdate, Quote, Session, handler
from tradestream_nb.clock import SECOND, now
from tradestream_nb.equity import EquityTrail
from tradestream_nb.hub import Hub
from tradestream_nb.keys import ALL, Keys
from tradestream_nb.loop_thread import LoopThread
from tradestream_nb.reach import Reach
from tradestream_nb.topics import Batch, Entry, StateTopic
from tradestream_nb.views import shelf
from tradestream_nb.views.feed import feeds
from tradestream_nb.views.panels import PricesView

FIELDS = ("symbol", "price", "change", "change_pct", "volume", "high", "low", "open")
FIRST = "AAPL"
"""The first symbol of the simulated market in the order of the alphabet."""


async def market(symbols: int) -> None:
    """The prices by themselves, moved as the view's are, to know what that costs."""
    newest = Newest("price_updates", Market(symbols))
    thread = LoopThread("market", owner=newest)
    keep((newest, thread.start(repeat(newest.step))))


async def view(symbols: int) -> object:
    """The view alone, sent from a thread of its own as a session does it; no stream publishes what it shows."""
    hub, newest = Hub(), Newest("price_updates", Market(symbols))
    hub.topics[newest.name] = newest
    table = PricesView(feeds(hub, PricesView.shown), Reach(), now, EquityTrail())
    thread = LoopThread("view", owner=table)

    def step() -> None:
        newest.step()
        table.pump(time.monotonic())

    keep(thread.start(repeat(step)))
    return table


async def session(symbols: int) -> object:
    """The whole product: simulated market, handlers, hub and view in one kernel."""
    shelf.PUMP_EVERY = 1 / RATE
    live = Session("sim", symbols=symbols, rate=RATE, handlers=[stamped], price_interval=0)
    await live.start()
    keep(live)
    return live.prices()


class Newest(StateTopic):
    """A topic whose messages are there already, as they are when a view comes to take them."""

    def __init__(self, name: str, market: Market) -> None:
        super().__init__(name)
        self._steps = cycle([_entries(columns) for columns in market.steps])
        self._shown: tuple[Entry, ...] = ()

    def step(self) -> None:
        """Show what the market has next; only its stamped price is made now."""
        ts = now()
        old, *others = next(self._steps)
        price = replace(old.message, price=stamp(ts / SECOND), ts=ts)
        self._shown = (Entry(old.seq, old.key, price, ts), *others)
        self.seq += 1

    def since(self, cursor: int, keys: Keys = ALL, *, snapshot: bool = False) -> Batch:
        """All of it, for every symbol moves at every step."""
        return Batch(self, self._shown if cursor < self.seq else (), snapshot=snapshot)


@handler(on=Quote, key="symbol", topic="price_updates")
def stamped(quote: Quote, last: PriceUpdate | None) -> tuple[PriceUpdate | None, list[PriceUpdate]]:
    """What the standard handler emits, but of the first symbol when each quote was made."""
    if quote.symbol != FIRST:
        return price_updates(quote, last)
    return None, [PriceUpdate(FIRST, stamp(quote.ts / SECOND), ts=quote.ts)]


def _entries(columns: Columns) -> list[Entry]:
    rows = zip(*(columns[name] for name in FIELDS), strict=True)
    return [Entry(1, row[0], PriceUpdate(*row), 0) for row in rows]
