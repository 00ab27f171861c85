"""The time of a source's events, and how it goes on between them."""

from __future__ import annotations

import pytest

from tests.facts import START
from tradestream_nb import clock
from tradestream_nb.clock import SECOND
from tradestream_nb.stream_clock import StreamClock


class Watch:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.read = 100.0

    def __call__(self) -> float:
        return self.read


def running(watch: Watch, *, virtual: bool = False) -> StreamClock:
    started = StreamClock(virtual=virtual)
    started.seconds = watch
    started.set(START)
    return started


@pytest.mark.parametrize(("virtual", "passed"), [(False, 2 * SECOND), (True, 0)])
def test_a_live_clock_goes_on_between_events_and_a_virtual_one_stands_still(virtual: bool, passed: int) -> None:
    watch = Watch()
    streams = running(watch, virtual=virtual)
    assert streams.now() == START
    watch.read += 2.0
    assert streams.now() == START + passed


def test_it_goes_on_from_the_newest_event_also_when_that_is_earlier() -> None:
    watch = Watch()
    streams = running(watch)
    watch.read += 5.0
    streams.set(START - SECOND)
    assert streams.now() == START - SECOND


@pytest.mark.parametrize("virtual", [False, True])
def test_before_the_first_event_it_is_the_wall_clock(virtual: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: START)
    assert StreamClock(virtual=virtual).now() == START


def test_only_a_time_before_the_newest_event_would_go_back() -> None:
    assert not StreamClock(virtual=True).would_go_back(0)
    streams = running(Watch(), virtual=True)
    assert [streams.would_go_back(START + step) for step in (-1, 0, 1)] == [True, False, False]
