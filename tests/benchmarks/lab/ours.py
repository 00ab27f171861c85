"""The product's table of prices, by itself and as a session shows it, and the market that moves it."""

from __future__ import annotations

import time
from itertools import cycle

import anywidget
import numpy as np
import traitlets
from ipywidgets import Layout
from msgspec.structs import replace

from handlers.price_updates import price_updates
from tests.benchmarks.lab.market import RATE, Columns, Market, run, stamp
from tradestream_nb import PriceUpdate, Quote, Session, handler
from tradestream_nb.clock import SECOND, now
from tradestream_nb.equity import EquityTrail
from tradestream_nb.hub import Hub
from tradestream_nb.keys import ALL, Keys
from tradestream_nb.reach import Reach
from tradestream_nb.topics import Batch, Entry, StateTopic
from tradestream_nb.views import shelf
from tradestream_nb.views.assets import asset
from tradestream_nb.views.feed import Feed, feeds
from tradestream_nb.views.panels import PanelInputs, PricesView
from tradestream_nb.views.price_block import COLUMNS
from tradestream_nb.views.price_sheet import PriceSheet

FIELDS = ("symbol", "price", "change", "change_pct", "volume", "high", "low", "open")
FIRST = "AAPL"
"""The first symbol of the simulated market in the order of the alphabet."""

_kept: list[object] = []


async def market(symbols: int) -> None:
    """The prices by themselves, moved as the view's are, to know what that costs."""
    run(Newest("price_updates", Market(symbols)).step)


async def view(symbols: int) -> object:
    """The view alone, with a frame for each update."""
    return _shown(symbols, every=1)


async def shipped(symbols: int) -> object:
    """The view alone, with a frame as often as a session sends one."""
    return _shown(symbols, every=round(RATE * shelf.PUMP_EVERY))


def _shown(symbols: int, *, every: int) -> object:
    """Sent from a thread of its own as a session does it, after so many updates; no stream publishes what it shows."""
    hub, newest = Hub(), Newest("price_updates", Market(symbols))
    hub.topics[newest.name] = newest
    prices = PriceSheet(Feed(hub, newest.name))
    table = PricesView(PanelInputs(feeds(hub, PricesView.shown), Reach(), now, prices, EquityTrail()))

    def step() -> None:
        newest.step()
        if newest.seq % every == 0:
            table.pump(time.monotonic())

    run(step)
    return table


async def bare(symbols: int) -> object:
    """Our page over the least that a kernel can do for it: bytes that are there already, sent without asking."""
    return Bare(Market(symbols))


async def session(symbols: int) -> object:
    """The whole product: simulated market, handlers, hub and view in one kernel."""
    shelf.PUMP_EVERY = 1 / RATE
    live = Session("sim", symbols=symbols, rate=RATE, handlers=[stamped], price_interval=0)
    await live.start()
    _kept.append(live)
    return live.prices()


class Bare(anywidget.AnyWidget):
    """Sends the market as the blocks of bytes that our page shows."""

    _esm, _css = asset("views.js"), asset("views.css")
    topics = traitlets.List(["price_updates"]).tag(sync=True)

    def __init__(self, market: Market) -> None:
        super().__init__(layout=Layout(width="100%"))
        self._symbols = market.steps[0]["symbol"]
        self._blocks = cycle([np.array([columns[name] for name in COLUMNS]).T.copy() for columns in market.steps])
        self._seq = 0
        self._full = False
        self.on_msg(self._hear)

    def step(self) -> None:
        """Send the next block, with the names of its rows when a page has asked for them."""
        block, ts = next(self._blocks), now()
        block[0, 0] = stamp(ts / SECOND)
        self._seq += 1
        content = {"kind": "frame", "seq": self._seq, "full": self._full, "now": ts, "ts": ts}
        if self._full:
            content["symbols"] = self._symbols
        self._full = False
        self.send(content, [block.tobytes(), b""])

    def _hear(self, _: object, content: dict[str, object], __: object) -> None:
        """Begin, or begin anew, when the page says hello; what it has painted is not asked for."""
        if content["kind"] == "hello":
            first, self._full = not self._seq, True
            if first:
                run(self.step)


class Newest(StateTopic):
    """A topic whose messages are there already, as they are when a view comes to take them."""

    def __init__(self, name: str, market: Market) -> None:
        super().__init__(name)
        self._steps = cycle([_entries(columns) for columns in market.steps])
        self._shown: tuple[Entry, ...] = ()

    def step(self) -> None:
        """Show what the market has next; only its stamped price is made now."""
        ts = now()
        self._shown = next(self._steps)
        first = self._shown[0]
        first.message, first.ts = replace(first.message, price=stamp(ts / SECOND), ts=ts), ts
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


def _entries(columns: Columns) -> tuple[Entry, ...]:
    rows = zip(*(columns[name] for name in FIELDS), strict=True)
    return tuple([Entry(1, row[0], PriceUpdate(*row), 0) for row in rows])
