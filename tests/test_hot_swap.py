"""Code that is swapped while events flow: nothing is lost, nothing is said twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.facts import START, event_lists
from tests.hosted import Recorder, count, count_by, picky, ticking
from tests.managed import Scripted
from tradestream_nb import Quote
from tradestream_nb.candidate import propose
from tradestream_nb.events import Event
from tradestream_nb.hub import Hub
from tradestream_nb.loading import load_file, load_folder, standard_folder
from tradestream_nb.loop_thread import LoopThread
from tradestream_nb.manager import StreamManager
from tradestream_nb.pipeline import Pipeline
from tradestream_nb.strategies.evaluator import StrategyEvaluator

SHIPPED = sorted(standard_folder().glob("*.py"))
places = st.sets(st.integers(0, 30), max_size=8)


@settings(max_examples=40)
@given(event_lists(), places)
def test_swaps_of_the_same_code_anywhere_lose_nothing_and_change_nothing(events: list[Event], swaps: set[int]) -> None:
    def fed(swaps: set[int]) -> Pipeline:
        pipeline = Pipeline(load_folder(standard_folder()), Hub(epoch="e"), record=10)
        for place, event in enumerate(events):
            if place in swaps:
                for function in load_file(SHIPPED[place % len(SHIPPED)]):
                    propose(pipeline.host, function).apply()
            pipeline.put(event)
        return pipeline

    plain, swapped = fed(set()), fed(swaps)
    assert not swapped.host.dead_letters
    for topic in plain.hub.topics:
        assert swapped.hub.messages(topic) == plain.hub.messages(topic)
        assert swapped.hub.topics[topic].seq == plain.hub.topics[topic].seq


@given(event_lists(), places)
def test_every_event_meets_exactly_one_version(events: list[Event], swaps: set[int]) -> None:
    recorder, step, expected = Recorder(count, picky, ticking), 1, dict[str, int]()
    said = []
    for place, event in enumerate(events):
        if place in swaps:
            step = place + 2
            recorder.host.swap(count_by(step))
        recorder.feed(event)
        if isinstance(event, Quote):
            expected[event.symbol] = expected.get(event.symbol, 0) + step
            said.append(expected[event.symbol])
    assert [message["n"] for topic, message, _ in recorder.emitted if topic == "counts"] == said


SWAPS, EVENTS = 200, 20_000


class Owner:
    """Who a thread belongs to."""


async def test_two_hundred_swaps_from_another_thread_while_events_flow_lose_none() -> None:
    owner, versions = Owner(), (count, count_by(1))
    thread = LoopThread("streams", owner=owner)
    manager = StreamManager(Scripted(), [count], evaluator=StrategyEvaluator())
    host, fed = manager.pipeline.host, threading.Event()

    def swap_all() -> int:
        swaps = 0
        while swaps < SWAPS or not fed.is_set():
            swaps += 1
            thread.look(manager.pipeline.swap, versions[swaps % 2])
        return swaps

    def put(start: int) -> None:
        for n in range(start, start + 100):
            manager.put(Quote("A", ts=START + n))

    await thread.call(manager.start_all())
    with ThreadPoolExecutor() as pool:
        swapping = pool.submit(swap_all)
        for start in range(0, EVENTS, 100):
            thread.look(put, start)
        fed.set()
        assert swapping.result() >= SWAPS
    await thread.call(manager.stop_all())
    await thread.stop()
    assert not host.dead_letters and not host.notices
    assert host.state("count") == {"A": EVENTS} and manager.hub.topics["counts"].seq == EVENTS
    kept = [message["n"] for message in manager.hub.messages("counts")]
    assert kept == list(range(EVENTS - len(kept) + 1, EVENTS + 1))
