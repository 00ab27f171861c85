"""The streams as one thing: started, fed, told about, stopped."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from tests.facts import START
from tests.managed import HANDLERS, Scripted, eventually, managed
from tests.patience import PATIENCE
from tests.strategies.spy import Spy
from tradestream_nb import Bar, Quote, Signal, handler, manager, vitals
from tradestream_nb.clock import SECOND
from tradestream_nb.errors import SourceError, UserError
from tradestream_nb.loading import standard_folder
from tradestream_nb.manager import StreamManager, get_stream_manager
from tradestream_nb.strategies.evaluator import StrategyEvaluator
from tradestream_nb.strategies.window import Window

QUOTE = Quote("AAPL", 190.0, ts=START)
SIGNAL = Signal("AAPL", "BUY", 190.0, ts=START)


def symbols(running: StreamManager, topic: str) -> list[str]:
    return [message.symbol for message in running.hub.messages(topic)]


async def test_a_second_start_changes_nothing() -> None:
    source = Scripted(QUOTE)
    async with managed(source) as running:
        await running.start_all()
        await eventually(lambda: source.runs > 0)
        await asyncio.sleep(0)
    assert source.runs == 1


async def test_a_second_stop_changes_nothing_also_while_the_first_goes_on() -> None:
    async with managed(Scripted(QUOTE)) as running:
        await eventually(lambda: running.status().state == "ok")
        await asyncio.gather(running.stop_all(), running.stop_all())
        await running.stop_all()
        assert running.status().state == "stopped"


async def test_a_manager_that_never_started_is_stopped_already() -> None:
    running = StreamManager(Scripted())
    await running.stop_all()
    assert running.status().state == "stopped"


async def test_nothing_runs_after_the_stop() -> None:
    async with managed(Scripted(QUOTE)) as running:
        await eventually(lambda: running.status().events > 0)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_stopped_manager_can_be_started_again() -> None:
    source = Scripted(QUOTE)
    async with managed(source) as running:
        await eventually(lambda: source.runs == 1)
        await running.stop_all()
        await running.start_all()
        await eventually(lambda: source.runs == 2 and running.status().state == "ok")


async def test_stopping_lets_the_waiting_prices_go() -> None:
    async with managed(Scripted(QUOTE), price_interval=3600.0) as running:
        await eventually(lambda: running.status().events > 0)
        assert symbols(running, "price_updates") == []
    assert symbols(running, "price_updates") == ["AAPL"]


async def test_a_virtual_source_ends_and_lets_the_waiting_prices_go() -> None:
    async with managed(Scripted(QUOTE, virtual=True), price_interval=3600.0) as running:
        await eventually(lambda: running.status().state == "ended")
        assert symbols(running, "price_updates") == ["AAPL"]
        assert {stream.state for stream in running.status().streams.values()} == {"ended"}


async def test_prices_of_a_live_source_go_out_while_no_event_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager, "TICK", 0.001)
    async with managed(Scripted(QUOTE), price_interval=0.01) as running:
        await eventually(lambda: symbols(running, "price_updates") == ["AAPL"])


async def test_a_source_may_wait_for_the_first_reader() -> None:
    source = Scripted(QUOTE, virtual=True)
    async with managed(source, wait_for_reader=True) as running:
        await eventually(lambda: running.waiting)
        assert running.status().text == "waiting for the first client"
        reader = running.hub.open(lambda: None)
        assert (running.status().state, source.runs) == ("starting", 0)
        reader.mailbox.subscribe("price_updates")
        await eventually(lambda: running.status().state == "ended")
        assert [entry.message.price for batch in reader.mailbox.take() for entry in batch.entries] == [190.0]


async def test_a_replay_waits_for_a_reader_that_cannot_take_more() -> None:
    async with managed(Scripted(virtual=True)) as running:
        reader = running.hub.open(lambda: None)
        reader.blocked = True
        draining = asyncio.create_task(running.drain())
        for _ in range(5):
            await asyncio.sleep(0.002)
        assert not draining.done()
        reader.blocked = False
        await asyncio.wait_for(draining, PATIENCE)


async def test_a_live_source_waits_for_nobody() -> None:
    async with managed(Scripted()) as running:
        running.hub.open(lambda: None).blocked = True
        await asyncio.wait_for(running.drain(), PATIENCE)


async def test_an_event_may_come_from_any_thread() -> None:
    async with managed(Scripted()) as running:
        running.inject(SIGNAL)
        assert symbols(running, "signals") == ["AAPL"]
        thread = threading.Thread(target=running.inject, args=(Signal("IBM", "SELL", 1.0, ts=START),))
        thread.start()
        await eventually(lambda: symbols(running, "signals") == ["AAPL", "IBM"])
        thread.join()


async def test_an_event_before_the_start_is_refused_and_not_lost_in_silence() -> None:
    running = StreamManager(Scripted(), HANDLERS)
    with pytest.raises(UserError, match="not started yet; call start_all"):
        running.inject(SIGNAL)


async def test_an_event_without_a_time_happens_now() -> None:
    async with managed(Scripted(QUOTE, virtual=True)) as running:
        await eventually(lambda: running.status().state == "ended")
        running.inject(Signal("AAPL", "BUY", 190.0))
        assert running.hub.messages("signals")[0].ts == START
        assert running.now() == START


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_the_signal_of_a_strategy_reaches_its_topic_from_any_thread(elsewhere: bool) -> None:
    evaluator = StrategyEvaluator()
    evaluator.add(Spy())
    bar = Bar("AAPL", 1.0, 1.0, 1.0, 1.0, ts=START)
    async with managed(Scripted(), evaluator=evaluator) as running:
        await eventually(lambda: running.status().state == "ok")
        if elsewhere:
            await asyncio.to_thread(evaluator.feed, bar)
        else:
            running.put(bar)
        await eventually(lambda: symbols(running, "signals") == ["AAPL"])
        assert running.hub.messages("signals")[0].strategy == "spy"
    evaluator.feed(Bar("AAPL", 1.0, 1.0, 1.0, 1.0, ts=START + SECOND))
    assert symbols(running, "signals") == ["AAPL"]


async def test_strategies_are_warmed_up_before_the_first_event() -> None:
    evaluator, spy = StrategyEvaluator(), Spy()
    evaluator.add(spy)
    bars = [Bar("AAPL", 1.0, 1.0, 1.0, close, ts=START + n) for n, close in enumerate((1.0, 2.0, 3.0))]
    async with managed(Scripted(bars[2], history=bars[:2]), evaluator=evaluator):
        await eventually(lambda: len(spy.windows) > 0)
    assert list(spy.windows[0]) == bars


def test_parameters_reach_their_handlers() -> None:
    async def sent(**parameters: Any) -> list[str]:
        async with managed(Scripted(), parameters=parameters) as running:
            running.inject(Signal("AAPL", "BUY", 1.0, confidence=0.6, ts=START))
            return symbols(running, "signals")

    assert asyncio.run(sent()) == ["AAPL"]
    assert asyncio.run(sent(signals={"min_confidence": "0.7"})) == []


def test_what_does_not_fit_is_refused_at_once() -> None:
    with pytest.raises(UserError, match="there is no handler 'nobody'"):
        StreamManager(Scripted(), HANDLERS, parameters={"nobody": {}})
    with pytest.raises(SourceError, match="unknown source 'nowhere'"):
        StreamManager("nowhere")
    assert StreamManager("sim?seed=3").source.name == "sim"


@handler(on=Quote, topic="one")
def first_fails(quote: Quote) -> list[Any]:
    raise ValueError("first")


@handler(on=Quote, topic="two")
def second_fails(quote: Quote) -> list[Any]:
    raise ValueError("second")


async def test_a_failing_handler_shows_in_its_own_stream() -> None:
    async with managed(Scripted(), [*HANDLERS, first_fails, second_fails]) as running:
        await eventually(lambda: running.status().state == "ok")
        running.put(QUOTE)
        status = running.status()
        told = {name: (stream.state, stream.text) for name, stream in status.streams.items()}
        assert told["one"] == ("failing", "ValueError: first")
        assert told["two"] == ("failing", "ValueError: second")
        assert told["price_updates"] == ("ok", "")
        assert (status.dead_letters, status.streams["one"].errors, status.events) == (2, 1, 2)


async def test_a_source_that_runs_but_says_nothing_does_not_look_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vitals, "STALE_AFTER", 0.0)
    async with managed(Scripted(), price_interval=0.0) as running:
        await eventually(lambda: running.status().streams["price_updates"].state == "stale")
        assert running.status().streams["signals"].state == "ok"


async def test_health_is_published_when_it_changes_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager, "TICK", 0.01)
    running = StreamManager(Scripted(QUOTE), HANDLERS, evaluator=StrategyEvaluator())
    health = running.hub.open(lambda: None).mailbox
    health.subscribe("health")

    def told() -> dict[str, str]:
        return {entry.key: entry.message.state for batch in health.take() for entry in batch.entries}

    await running.start_all()
    await eventually(lambda: "price_updates" in running.hub.values("health"))
    assert told() == dict.fromkeys(["price_updates", "signals", "portfolio", "trades"], "ok")
    running._vitals.publish()
    running.put(SIGNAL)
    assert told().keys() <= {"price_updates"}, "nothing but a batch that was let go may have changed"
    running._vitals.publish()
    assert "signals" in told()
    await running.stop_all()
    assert set(told().values()) == {"stopped"}


def test_there_is_one_stream_manager_and_later_options_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager, "_manager", None)
    first = get_stream_manager(source="sim?seed=3", price_interval=1.0)
    assert get_stream_manager() is first
    with pytest.raises(UserError, match="exists already; source, auto_trade can only be given to the first call"):
        get_stream_manager(source="sim", auto_trade=True)
    assert get_stream_manager() is first


def test_a_manager_without_handlers_of_its_own_runs_the_four_standard_ones() -> None:
    assert set(StreamManager().pipeline.host.specs) == {"price_updates", "signals", "portfolio", "trades"}


async def test_a_strategy_that_fails_makes_the_signals_fail() -> None:
    def broken(window: Window) -> Signal | None:
        if not window:
            return None
        raise ValueError("no idea")

    evaluator = StrategyEvaluator()
    evaluator.add(broken)
    async with managed(Scripted(Bar("A", 1, 1, 1, 1, ts=SECOND)), evaluator=evaluator) as manager:
        await eventually(lambda: manager.status().streams["signals"].errors == 1)
        assert manager.evaluator.last_failure == "broken: ValueError: no idea"


@pytest.mark.parametrize(
    ("argument", "problem"),
    [
        ({"source": 5}, "source=5 is no source"),
        ({"handlers": ""}, "names no folder"),
        ({"handlers": 5}, "handlers=5 does not fit"),
        ({"evaluator": "x"}, "evaluator='x' does not fit"),
        ({"auto_trade": ""}, "auto_trade='' does not fit"),
        ({"parameters": 5}, "parameters=5 does not fit"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(argument: dict[str, Any], problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        StreamManager(**argument)


def test_handlers_may_be_a_folder() -> None:
    given = StreamManager(handlers=standard_folder())
    assert set(given.pipeline.host.specs) == set(StreamManager().pipeline.host.specs)
