"""Every fault there is, at the waits of a real connection: what a dashboard is told, and that it ends up right."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.fast_loop import run_fast
from tests.ibkr_client import library
from tests.sources.ibkr.desk import Desk, trading_desk
from tests.sources.ibkr.test_fills import counted, told
from tradestream_nb.sim.orders import Ticket
from tradestream_nb.sim.tws.faults import (
    Closed,
    Competing,
    DataFarm,
    Disconnect,
    Drop,
    Executions,
    Fault,
    HistoryFarm,
    IdInUse,
    NightlyReset,
    PacingViolation,
    Refuse,
    Reset,
    Silence,
    Slow,
    Trickle,
)
from tradestream_nb.sim.tws.orders import Orders

SYMBOLS = ("AAPL", "MSFT")
TOLD_WITHIN = 10.0
"""Seconds after which nothing old may look new."""
WELL_WITHIN = 90.0
"""Seconds after which everything is well again: the longest pause between two attempts, and the rounds after it."""
LASTS = 15.0

ALL = ("price_updates", "portfolio", "trades", "ibkr")
PRICES = ("price_updates", "ibkr")


class Case(msgspec.Struct, frozen=True):
    """Faults, and what is to be said of which streams while they last."""

    faults: tuple[Fault, ...]
    state: str = "ok"
    streams: tuple[str, ...] = ()
    well_within: float = WELL_WITHIN


CASES = {
    "drop": Case((Drop(),), "failing", ALL),
    "reset": Case((Reset(),), "failing", ALL),
    "refused": Case((Refuse(seconds=LASTS), Drop()), "failing", ALL),
    "refused to others": Case((Refuse(seconds=LASTS),)),
    "nightly reset": Case((NightlyReset(seconds=LASTS),), "failing", ALL),
    "cut off": Case((Disconnect(seconds=LASTS),), "stale", ALL),
    "cut off, data lost": Case((Disconnect(seconds=LASTS, kept=False),), "stale", ALL),
    "cut off and dropped": Case((Disconnect(seconds=LASTS, kept=False), Drop(at=5)), "stale", ALL),
    "cut off twice": Case((Disconnect(seconds=LASTS), Disconnect(at=5, seconds=5)), "stale", ALL),
    "data farm": Case((DataFarm(seconds=LASTS),), "stale", PRICES),
    "data farm, data lost": Case((DataFarm(seconds=LASTS, kept=False),), "stale", PRICES),
    "data farm and drop": Case((DataFarm(seconds=LASTS), Drop(at=5)), "stale", ("ibkr usfarm",)),
    "history farm": Case((HistoryFarm(seconds=LASTS),), "stale", ("ibkr ushmds",)),
    "history farm and drop": Case((HistoryFarm(seconds=LASTS), Drop(at=5)), "stale", ("ibkr ushmds",)),
    "silence": Case((Silence(seconds=LASTS),), "stale", PRICES),
    "silence of one": Case((Silence(seconds=LASTS, symbol="MSFT"),), "stale", ("ibkr MSFT",)),
    "silence after a drop": Case((Drop(), Silence(seconds=30)), "stale", PRICES),
    "closed": Case((Closed(seconds=LASTS),), "stale", PRICES),
    "competing": Case((Competing(seconds=LASTS, count=20),), "stale", PRICES),
    "slow": Case((Slow(seconds=LASTS, delay=2),)),
    "no answers": Case((Slow(seconds=LASTS, delay=60),), "failing", ALL),
    "trickle": Case((Trickle(seconds=LASTS),)),
    "trickle and drop": Case((Trickle(seconds=LASTS), Drop()), "failing", ALL),
    "id in use": Case((IdInUse(count=3), Drop()), "failing", ALL),
    "pacing": Case((PacingViolation(count=2), Drop()), "failing", ("ibkr AAPL",), well_within=700),
    "late executions": Case((Executions(wrong="late", count=3),)),
    "duplicate executions": Case((Executions(wrong="duplicate", count=3),)),
    "corrected executions": Case((Executions(wrong="corrected", count=3),)),
    "commission first": Case((Executions(wrong="commission_first", count=3),)),
    "late executions and a drop": Case((Executions(wrong="late", count=3, seconds=4), Drop(at=3)), "failing", ALL),
    "corrected while cut off": Case((Executions(wrong="corrected", count=3), Disconnect(seconds=LASTS)), "stale", ALL),
}


@pytest.fixture(autouse=True)
def in_a_hurry() -> None:
    """Leave every wait as it is: the time passes by itself."""


class Watch:
    """Looks over the shoulder of the dashboard."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.tws.world.exchange.books["DU1234567"]

    def states(self) -> dict[str, str]:
        """What the dashboard takes each stream for, now."""
        return {
            name: stream["state"] for frame in self.desk.sent("health") for name, stream in frame["streams"].items()
        }

    def is_well(self) -> bool:
        """Whether every stream is said to be."""
        return set(self.states().values()) == {"ok"}

    async def until(self, seconds: float, holds: Callable[[], bool]) -> None:
        """Wait until it holds; fail when it does not in that time."""
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    def trade(self, symbol: str) -> None:
        """Trade by hand in TWS, and by the source's own connection where it has one."""
        world, source = self.desk.tws.world, self.desk.source
        orders = next(part for part in self.desk.tws.gateway.parts if isinstance(part, Orders))
        orders.place_by_hand(next(each for each in world.catalogue if each.symbol == symbol), Ticket("BUY", 10))
        feed = source.feeds.instruments.named(symbol)
        if feed is not None and source.connection.is_open:
            source.ib.placeOrder(feed.contract, library.MarketOrder("BUY", 10))

    def knows_all(self) -> bool:
        """Whether the dashboard knows the exchange's trades, positions and prices."""
        lines = self.desk.sent("portfolio_update")[-1]["data"]["positions"]
        held = {self.books.listings[number].symbol: line.quantity for number, line in self.books.positions.items()}
        quantities = {name: line["quantity"] for name, line in lines.items()}
        return told(self.desk) == counted(self.desk) and quantities == held and self._knows_the_prices()

    def _knows_the_prices(self) -> bool:
        world = self.desk.tws.world
        traded = {each.symbol: world.prices.quote(each.con_id).price for each in world.catalogue}
        return all(self.desk.prices(symbol)[-1] == traded[symbol] for symbol in SYMBOLS)

    def lies(self) -> list[str]:
        """When a price was older than it may be while everything was said to be well."""
        states: dict[str, str] = {}
        heard = dict.fromkeys(SYMBOLS, float("inf"))
        found = []
        for at, frame in zip(self.desk.arrivals, self.desk.frames, strict=True):
            for symbol, since in heard.items():
                said = (states.get(name, "ok") for name in (*PRICES, f"ibkr {symbol}"))
                if at - since > TOLD_WITHIN and set(said) == {"ok"}:
                    found.append(f"{symbol} at {at:.1f}, last heard at {since:.1f}")
            if frame["type"] == "health":
                states |= {name: stream["state"] for name, stream in frame["streams"].items()}
            if frame["type"] == "price_update":
                heard |= dict.fromkeys(set(frame["symbols"]) & set(SYMBOLS), at)
        return found


async def play(case: Case) -> None:
    """Trade before, during and after the faults, and look at what the dashboard made of it."""
    world: dict[str, Any] = {"rate": 4.0, "depth": 1e9}
    async with trading_desk(world, readonly="no") as desk:
        watch = Watch(desk)
        await watch.until(20, lambda: watch.is_well() and len(desk.prices("MSFT")) > 3)
        watch.trade("AAPL")
        await asyncio.sleep(2)
        before = len(desk.sent("health"))
        desk.tws.strike(*case.faults)
        watch.trade("AAPL")
        watch.trade("MSFT")
        for stream in case.streams:
            await watch.until(TOLD_WITHIN, lambda name=stream: case.state in _said(desk, before, name))  # type: ignore[misc]
        await asyncio.sleep(1)
        watch.trade("MSFT")
        await asyncio.sleep(LASTS)
        await watch.until(case.well_within, lambda: desk.source.connection.is_open and watch.is_well())
        watch.trade("AAPL")
        await watch.until(WELL_WITHIN, watch.knows_all)
        await asyncio.sleep(40)
        assert watch.knows_all() and watch.is_well()
        trades = desk.sent("trade_executed")
        assert len({trade["id"] for trade in trades}) == len(trades)
        assert not watch.lies()
        if not case.streams:
            assert all(set(_said(desk, before, stream)) <= {"ok"} for stream in ALL)


def _said(desk: Desk, before: int, stream: str) -> list[str]:
    """The states that a stream was said to be in since then."""
    told = desk.sent("health")[before:]
    return [frame["streams"][stream]["state"] for frame in told if stream in frame["streams"]]


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_told_in_time_and_leaves_nothing_lost_and_nothing_twice(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_fast(play(CASES[name]), monkeypatch)


def test_no_fault_is_left_out() -> None:
    kinds = {type(fault) for case in CASES.values() for fault in case.faults}
    assert kinds == set(Fault.__args__)
