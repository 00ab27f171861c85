"""A source that is a broker: its own account, its own words on how it is doing, its executions told late."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from tests.managed import Broker, Scripted, eventually, managed
from tradestream_nb import clock
from tradestream_nb.clock import SECOND
from tradestream_nb.errors import SourceError, SourceLost
from tradestream_nb.events import Bar, Fill, Quote, Signal
from tradestream_nb.sources.base import Outlet
from tradestream_nb.sources.broker import BrokerReport, Condition
from tradestream_nb.strategies.evaluator import StrategyEvaluator


class Asked(Scripted):
    """A source that has to ask for its bars of the past."""

    async def history(self, seconds: float) -> Iterable[Bar]:  # type: ignore[override]
        await asyncio.sleep(0)
        return self.bars


def quote(ts: int = 0) -> Quote:
    return Quote("AAPL", 190.5, ts=ts or clock.now())


async def test_no_paper_account_stands_beside_a_brokers_own() -> None:
    async with managed(Broker(quote())) as manager:
        await eventually(lambda: bool(manager.hub.values("price_updates")))
        assert not manager.hub.values("portfolio")


async def test_signals_become_the_brokers_orders_only_where_trading_is_asked_for() -> None:
    for auto_trade, ordered in ((False, []), (True, ["AAPL"])):
        broker = Broker(quote(), Signal("AAPL", "BUY", 190.5, ts=clock.now()))
        async with managed(broker, auto_trade=auto_trade) as manager:
            await eventually(lambda: bool(manager.hub.messages("signals")))
            assert broker.ordered == ordered


async def test_trading_with_a_broker_that_lets_no_order_through_is_refused_at_once() -> None:
    with pytest.raises(SourceError, match="readonly=no"):
        async with managed(Broker(trades=False), auto_trade=True):
            pass


async def test_what_a_broker_has_to_say_is_in_health_until_it_is_over() -> None:
    broker = Broker(quote())
    broker.says = BrokerReport(True, conditions={"script AAPL": Condition("failing", "No market data.")})
    async with managed(broker) as manager:
        await eventually(lambda: "script AAPL" in manager.hub.values("health"))
        told = manager.hub.values("health")["script AAPL"]
        assert (told.state, told.text) == ("failing", "No market data.")
        assert manager.status().broker == broker.says
        broker.says = BrokerReport(True)
        await eventually(lambda: manager.hub.values("health")["script AAPL"].state == "ok")


async def test_a_stream_is_stale_while_its_broker_says_why() -> None:
    broker = Broker(quote())
    async with managed(broker) as manager:
        await eventually(lambda: manager.pipeline.events == 1)
        broker.says = BrokerReport(True, stale={"price_updates": "TWS is cut off."})
        streams = manager.status().streams
        assert (streams["price_updates"].state, streams["price_updates"].text) == ("stale", "TWS is cut off.")
        assert streams["trades"].state != "stale"


async def test_silence_is_normal_when_the_broker_says_that_markets_are_closed_or_that_it_hears() -> None:
    broker = Broker(quote(clock.now() - 60 * SECOND))
    async with managed(broker) as manager:
        await eventually(lambda: manager.pipeline.events == 1)
        manager._vitals._since = clock.now() - 3600 * SECOND
        manager._clock.set(clock.now())
        manager.hub.flush()
        assert manager.status().streams["price_updates"].state == "stale"
        for broker.says in (BrokerReport(True, quiet=True), BrokerReport(True, heard=clock.now())):
            assert manager.status().streams["price_updates"].state == "ok"


async def test_an_execution_told_late_does_not_turn_the_clock_back() -> None:
    late = Fill("x.01", "AAPL", "BUY", 1.0, 190.0, ts=clock.now() - 3600 * SECOND)
    async with managed(Broker(quote(), late)) as manager:
        await eventually(lambda: manager.pipeline.events == 2)
        assert clock.now() - manager.now() < 600 * SECOND
        assert [trade.ts for trade in manager.hub.messages("trades")] == [late.ts]


async def test_bars_of_the_past_may_be_awaited() -> None:
    evaluator = StrategyEvaluator()
    bars = [Bar("AAPL", 1, 1, 1, 1, seconds=5, ts=5 * n * SECOND) for n in (1, 2)]
    async with managed(Asked(history=bars), evaluator=evaluator):
        await eventually(lambda: len(evaluator.window("AAPL")) == 2)


async def test_a_loss_that_explains_itself_is_told_in_its_own_words() -> None:
    class Lost(Scripted):
        async def run(self, outlet: Outlet) -> None:
            raise SourceLost("TWS closed the connection")

    async with managed(Lost()) as manager:
        await eventually(lambda: manager.status().state == "failing")
        assert manager.status().text == "TWS closed the connection"


async def test_a_failure_that_is_over_within_a_second_is_told_all_the_same() -> None:
    class Shaky(Scripted):
        async def run(self, outlet: Outlet) -> None:
            if not self.runs:
                self.runs += 1
                raise SourceLost("gone for a moment")
            await super().run(outlet)

    async with managed(Shaky(quote())) as manager:
        await eventually(lambda: "trades" in manager.hub.values("health"))
        told = manager.hub.values("health")["trades"]
        assert (told.state, told.text) == ("failing", "gone for a moment")
