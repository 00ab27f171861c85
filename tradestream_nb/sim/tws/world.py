"""What all parts of the simulator share: the time, the contracts and their prices, the clients, and what is wrong."""

from __future__ import annotations

import msgspec

from tradestream_nb.clock import SECOND
from tradestream_nb.sim.exchange import Exchange
from tradestream_nb.sim.symbols import choose_symbols
from tradestream_nb.sim.tws.agenda import Action, Agenda
from tradestream_nb.sim.tws.catalogue import Catalogue
from tradestream_nb.sim.tws.prices import Prices
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.trouble import Trouble

NEWEST_VERSION = 178
"""The last server version whose messages are all text."""
OLDEST_VERSION = 157


class WorldOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a simulated Trader Workstation is like."""

    seed: int = 7
    symbols: int | str = 100
    """How many stocks there are, or their names."""
    rate: float = 4.0
    """Quotes per second of each contract."""
    accounts: tuple[str, ...] = ("DU1234567",)
    cash: float = 1_000_000.0
    """What each account begins with, in US dollars."""
    depth: float | None = None
    """How much can be traded at one quote; None varies it."""
    subscribed: bool = True
    """Whether the account has paid for live market data; without, there is only delayed data."""
    version: int = NEWEST_VERSION
    """The newest server version to answer with."""
    limits: bool = True
    """Whether clients are held to IB's limits on messages and historical requests."""


class World:
    """Stands at `ts` (epoch µs); the gateway moves it on."""

    def __init__(self, options: WorldOptions, ts: int) -> None:
        self.options, self.ts, self.start = options, ts, ts
        self.accounts = options.accounts
        self.agenda = Agenda()
        self.catalogue = Catalogue(choose_symbols(options.symbols), start=ts)
        self.prices = Prices(self.catalogue, seed=options.seed, start=ts)
        self.exchange = Exchange(
            options.accounts, seed=options.seed, cash=options.cash, start=self.prices.opening, depth=options.depth
        )
        """Orders and the books of every account."""
        self.trouble = Trouble()
        self.sessions: dict[int, Session] = {}
        """The clients that are connected, by their id."""
        self.order_ids: dict[int, int] = {}
        """The next order id that is valid for a client, by the client's id; 1 for others."""

    def later(self, seconds: float, action: Action) -> None:
        """Do `action` after so much simulated time."""
        self.agenda.put(self.ts + round(seconds * SECOND), action)

    def tell_all(self, code: int, text: str) -> None:
        """Send a message about the connection to every client."""
        for session in list(self.sessions.values()):
            session.error(-1, code, text)
