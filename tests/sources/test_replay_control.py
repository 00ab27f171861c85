"""Driving a replay while it runs: pause, play, speed and seek."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.managed import eventually, managed
from tests.patience import PATIENCE
from tests.sources.fakes import FakeTime, Recorder, play
from tests.strategies.spy import Spy, evaluator_with
from tradestream_nb import handler
from tradestream_nb.clock import SECOND
from tradestream_nb.errors import UserError
from tradestream_nb.events import Event, Quote, Signal, Timer
from tradestream_nb.mailbox import Mailbox
from tradestream_nb.sources.replay import ReplayOptions, ReplaySource, until

MINUTES = "time,price\n" + "".join(f"2026-01-05T14:3{minute}:00Z,{100 + minute}\n" for minute in range(6))
START = 1_767_623_400 * SECOND
MINUTE = 60 * SECOND


class Driven(Recorder):
    """Does something to its replay once so many events are there."""

    def __init__(self, time: FakeTime, after: int, act: Callable[[], Any]) -> None:
        super().__init__(time)
        self._after, self._act = after, act

    async def drain(self) -> None:
        if len(self.events) == self._after:
            self._act()


class Slow:
    """An outlet that hands over one event for each turn it is given."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.turns = asyncio.Semaphore(0)

    def put(self, event: Event) -> None:
        self.events.append(event)

    async def drain(self) -> None:
        await self.turns.acquire()

    def holds(self, count: int) -> bool:
        return len(self.events) == count


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of six quotes, one a minute."""
    path = tmp_path / "minutes.csv"
    path.write_text(MINUTES, encoding="utf-8")
    return path


@pytest.fixture
def replay(path: Path) -> ReplaySource:
    return ReplaySource(path, ReplayOptions(speed="max"))


@asynccontextmanager
async def running(replay: ReplaySource) -> AsyncIterator[Slow]:
    outlet = Slow()
    task = asyncio.create_task(replay.run(outlet))
    await asyncio.sleep(0)
    yield outlet
    task.cancel()
    await asyncio.wait([task])


def minutes(events: list[Any]) -> list[int]:
    return [(event.ts - START) // MINUTE for event in events]


def prices(mailbox: Mailbox) -> list[float]:
    return [entry.message.price for batch in mailbox.take() for entry in batch.entries]


def test_before_the_start_it_stands_at_the_first_row(replay: ReplaySource) -> None:
    assert (replay.position, replay.playing, replay.ended, replay.speed) == (START, True, False, "max")
    assert (replay.moments[0], replay.moments[-1]) == (START, START + 5 * MINUTE)


@pytest.mark.parametrize(
    "to",
    [
        START + 3 * MINUTE,
        START + 2 * MINUTE + 1,
        datetime(2026, 1, 5, 14, 33, tzinfo=UTC),
        datetime(2026, 1, 5, 14, 33),
        "2026-01-05T14:33:00Z",
        "2026-01-05 14:33",
        "2026-01-05T09:33:00-05:00",
    ],
)
async def test_a_seek_takes_epoch_micros_a_datetime_or_text(replay: ReplaySource, to: Any) -> None:
    replay.seek(to)
    assert minutes((await play(replay, FakeTime())).events) == [3, 4, 5]


@pytest.mark.parametrize("to", ["yesterday", "", None, 3.5])
def test_what_is_no_time_is_refused_and_changes_nothing(replay: ReplaySource, to: Any) -> None:
    replay.seek("2026-01-05T14:33:00Z")
    with pytest.raises(UserError, match=r"is no time to seek; write '2008-09-15' or "):
        replay.seek(to)
    assert replay.position == START + 3 * MINUTE


@pytest.mark.parametrize("speed", [0, -1, float("nan"), float("inf"), "fast", None])
def test_what_is_no_speed_is_refused_and_changes_nothing(replay: ReplaySource, speed: Any) -> None:
    with pytest.raises(UserError, match="does not fit; speed is a number above 0, or 'max'"):
        replay.speed = speed
    assert replay.speed == "max"


async def test_a_new_speed_moves_the_next_deadline(path: Path) -> None:
    time = FakeTime()
    replay = ReplaySource(path, clock=time.clock, wait=time.wait)

    def faster() -> None:
        replay.speed = 60

    outlet = Driven(time, 2, faster)
    await replay.run(outlet)
    assert [at / SECOND for at, _ in outlet.put_at] == [0, 60, 61, 62, 63, 64]


async def test_it_goes_forward_and_back_while_it_runs(replay: ReplaySource) -> None:
    async with running(replay) as outlet:
        for count, to in ((2, "2026-01-05T14:34"), (3, "2026-01-05T14:31")):
            replay.seek(to)
            outlet.turns.release()
            await eventually(partial(outlet.holds, count))
    assert minutes(outlet.events) == [0, 4, 1]


async def test_while_it_is_paused_nothing_comes_and_nothing_is_lost(replay: ReplaySource) -> None:
    async with running(replay) as outlet:
        replay.pause()
        for _ in range(10):
            outlet.turns.release()
            await asyncio.sleep(0)
        assert (minutes(outlet.events), replay.playing) == ([0], False)
        replay.play()
        await eventually(lambda: replay.ended)
    assert minutes(outlet.events) == [0, 1, 2, 3, 4, 5]


async def test_a_wait_for_a_far_row_ends_with_a_seek(path: Path) -> None:
    replay = ReplaySource(path, ReplayOptions(speed=0.001))
    async with running(replay) as outlet:
        outlet.turns.release()
        await asyncio.sleep(0.01)
        replay.seek(START + 5 * MINUTE)
        await eventually(lambda: replay.ended)
    assert minutes(outlet.events) == [0, 5]


async def test_a_replay_that_was_stopped_goes_on_where_it_stood(replay: ReplaySource) -> None:
    async with running(replay) as before:
        before.turns.release()
        await eventually(lambda: len(before.events) == 2)
    assert minutes((await play(replay, FakeTime())).events) == [2, 3, 4, 5]


async def test_at_its_end_a_replay_that_stays_waits_for_a_seek(replay: ReplaySource) -> None:
    replay.stays = True
    async with running(replay) as outlet:
        for _ in range(10):
            outlet.turns.release()
        await eventually(lambda: replay.ended)
        replay.seek(START + 4 * MINUTE)
        await eventually(lambda: len(outlet.events) == 8)
    assert minutes(outlet.events) == [0, 1, 2, 3, 4, 5, 4, 5]


async def test_a_replay_that_need_not_stay_any_more_ends(replay: ReplaySource) -> None:
    time = FakeTime()
    replay.stays = True
    run = asyncio.create_task(replay.run(Recorder(time)))
    await eventually(lambda: replay.ended)
    assert not run.done()
    replay.stays = False
    await asyncio.wait_for(run, PATIENCE)


async def test_a_loop_is_driven_in_the_files_own_times(path: Path) -> None:
    replay = ReplaySource(path, ReplayOptions(speed="max", loop=True))
    async with running(replay) as outlet:
        for _ in range(7):
            outlet.turns.release()
        await eventually(lambda: len(outlet.events) == 8)
        replay.seek(START + 5 * MINUTE)
        outlet.turns.release()
        await eventually(lambda: len(outlet.events) == 9)
    assert minutes(outlet.events) == [0, 1, 2, 3, 4, 5, 6, 7, 11]
    assert replay.position == START + 5 * MINUTE


@pytest.mark.parametrize(
    ("price_interval", "wanted"),
    [(0.0, [100, 101, 102, 103, 104, 105]), (0.25, [100, 101, 102, 103, 104, 105]), (90.0, [101, 103, 105])],
)
async def test_prices_come_out_after_a_seek_back(
    replay: ReplaySource, price_interval: float, wanted: list[float]
) -> None:
    replay.stays = True
    async with managed(replay, price_interval=price_interval) as manager:
        await eventually(lambda: replay.ended)
        seen: list[float] = []
        mailbox = manager.hub.open(lambda: seen.extend(prices(mailbox))).mailbox
        mailbox.subscribe("price_updates")
        mailbox.take()
        replay.seek(START)
        await eventually(lambda: replay.ended)
    assert seen == wanted


@handler(on=Quote | Timer, topic="minutes", every=60)
def each_minute(event: Quote | Timer) -> list[Any]:
    """Say when a minute is over."""
    return [{"minute": (event.ts - START) // MINUTE}] if isinstance(event, Timer) else []


async def test_timers_and_strategies_follow_a_seek_back(replay: ReplaySource) -> None:
    replay.stays = True
    spy = Spy()
    evaluator, _ = evaluator_with(spy)
    async with managed(replay, [each_minute], evaluator=evaluator) as manager:
        await eventually(lambda: replay.ended)
        fired = manager.hub.topics["minutes"].seq
        seen = len(spy.windows)
        replay.seek(START + 3 * MINUTE)
        await eventually(lambda: replay.ended)
        assert [message["minute"] for message in manager.hub.messages("minutes")[fired:]] == [4, 5]
        assert [window.last.close for window in spy.windows[seen:]] == [103.0, 104.0]


async def test_what_comes_from_outside_with_an_old_time_turns_nothing_back(replay: ReplaySource) -> None:
    replay.stays = True
    evaluator, _ = evaluator_with(Spy())
    async with managed(replay, evaluator=evaluator) as manager:
        await eventually(lambda: replay.ended)
        manager.inject(Signal("AAPL", "BUY", 1.0, ts=START))
        (symbol,) = evaluator.symbols
        assert len(evaluator.window(symbol)) == 5


@pytest.mark.parametrize("turns", [0, 1])
async def test_a_stop_that_meets_a_change_is_not_lost(turns: int) -> None:
    changed = asyncio.Event()
    waiting = asyncio.create_task(until(changed, 60.0))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    changed.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    stopped = waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled() is stopped
