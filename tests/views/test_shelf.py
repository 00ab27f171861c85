"""The views of one session together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.managed import HANDLERS, Scripted
from tests.server.served import until
from tradestream_nb.clock import SECOND
from tradestream_nb.loop_thread import LoopThread
from tradestream_nb.manager import StreamManager
from tradestream_nb.messages import PriceUpdate, SignalRaised
from tradestream_nb.reach import Reach
from tradestream_nb.views import LiveView, Shelf
from tradestream_nb.views.shelf import KEEP_EVERY, MOST, PUMP_EVERY, Live

PANELS: tuple[Live, ...] = ("prices", "signals", "trades", "portfolio", "health", "board")
PUMPS = round(1 / PUMP_EVERY)
"""In a second."""


@pytest.fixture
def manager() -> StreamManager:
    return StreamManager(Scripted(), HANDLERS, price_interval=0.0)


@pytest.fixture
def reach() -> Reach:
    return Reach()


@pytest.fixture
def owner() -> object:
    """Who has a thread, for as long as the test."""
    return type("Owner", (), {})()


@pytest.fixture
def shelf(manager: StreamManager, reach: Reach) -> Iterator[Shelf]:
    shelf = Shelf(manager, reach)
    yield shelf
    for view in shelf._views.values():
        view.close()


@pytest.fixture
def running(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A shelf that leaves pumping to its thread, which is the test."""
    monkeypatch.setattr(shelf, "_answer", lambda *_: None)
    return shelf


def say(view: LiveView, kind: str, vid: str = "a", **content: Any) -> None:
    view._handle_custom_msg({"kind": kind, "vid": vid, **content}, [])


def frames(view: LiveView) -> int:
    return len(view.comm.frames)


def tick(manager: StreamManager, value: float, symbols: int = 1) -> None:
    for number in range(symbols):
        manager.hub.publish("price_updates", PriceUpdate(f"S{number}", value), 1)


@pytest.mark.parametrize("kind", PANELS)
def test_each_kind_is_one_widget_however_often_its_cell_runs(shelf: Shelf, kind: Live) -> None:
    assert shelf.view(kind) is shelf.view(kind)


def test_a_view_that_was_closed_is_made_anew(shelf: Shelf) -> None:
    view = shelf.view("prices")
    view.close()
    assert shelf.view("prices") is not view


def test_a_new_view_can_be_saved_at_once(shelf: Shelf, manager: StreamManager) -> None:
    tick(manager, 5)
    assert "<td>S0</td>" in shelf.view("prices").html()


def test_a_failing_view_is_left_out_and_the_others_go_on(
    running: Shelf, manager: StreamManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(now: float) -> bool:
        raise RuntimeError("no paint")

    broken, sound = running.view("signals"), running.view("prices")
    monkeypatch.setattr(broken, "pump", fails)
    say(sound, "hello", v=True)
    for now in (0.0, 0.2):
        tick(manager, now)
        running.pump(now)
    assert frames(sound) == 2
    assert [str(failure) for failure in running.failures] == ["no paint"]
    assert (broken.still, sound.still) == ("failed", "stopped")
    assert running.view("signals") is not broken


def test_nothing_is_sent_to_views_that_nobody_sees(shelf: Shelf, manager: StreamManager) -> None:
    views = [shelf.view(kind) for kind in PANELS]
    say(views[0], "hello", v=False)
    for turn in range(20):
        tick(manager, turn)
        shelf.pump(turn * PUMP_EVERY)
    assert [frames(view) for view in views] == [0] * len(PANELS)


async def test_a_thread_pumps_until_it_pauses_and_the_last_state_is_shown_at_the_end(
    shelf: Shelf, manager: StreamManager, reach: Reach, owner: object
) -> None:
    reach.thread = thread = LoopThread("tradestream", owner=owner)
    shelf.start(thread)
    view = shelf.view("prices")
    say(view, "hello", v=True)
    await until(lambda: frames(view) == 1)
    shelf.pause()
    await thread.call(asyncio.sleep(0))
    reach(tick, manager, 7)
    reach.thread = None
    await thread.stop()
    shelf.stop()
    assert frames(view) == 2


async def test_every_view_says_that_nothing_comes_before_the_start_and_after_the_stop(
    shelf: Shelf, reach: Reach, owner: object
) -> None:
    views = [shelf.view(kind) for kind in PANELS]
    for _ in range(2):
        assert {view.still for view in views} == {"stopped"}
        reach.thread = thread = LoopThread("tradestream", owner=owner)
        shelf.start(thread)
        await until(lambda: {view.still for view in views} == {""})
        shelf.pause()
        reach.thread = None
        await thread.stop()
    assert {view.still for view in views} == {"stopped"}


async def test_a_view_that_is_opened_while_streams_run_never_says_that_they_stopped(
    shelf: Shelf, reach: Reach, owner: object
) -> None:
    first = shelf.view("prices")
    reach.thread = thread = LoopThread("tradestream", owner=owner)
    shelf.start(thread)
    await until(lambda: first.still == "")
    assert shelf.view("signals").still == ""
    shelf.pause()
    reach.thread = None
    await thread.stop()
    assert shelf.view("trades").still == "stopped"


async def test_a_view_that_cannot_be_told_is_left_out_and_the_others_are(
    shelf: Shelf, reach: Reach, owner: object
) -> None:
    def fails(_: object) -> None:
        raise RuntimeError("no wire")

    broken, sound = shelf.view("signals"), shelf.view("prices")
    broken.observe(fails, "still")
    reach.thread = thread = LoopThread("tradestream", owner=owner)
    shelf.start(thread)
    await until(lambda: sound.still == "")
    assert [str(failure) for failure in shelf.failures] == ["no wire"]
    assert shelf.view("signals") is not broken
    reach.thread = None
    await thread.stop()
    assert sound.still == "stopped"


async def test_views_of_a_session_that_was_forgotten_say_that_it_stopped(shelf: Shelf) -> None:
    view, owners = shelf.view("prices"), {Reach()}
    shelf.start(LoopThread("tradestream", owner=next(iter(owners))))
    await until(lambda: view.still == "")
    owners.clear()
    await until(lambda: view.still == "stopped")


async def test_views_say_that_a_source_has_ended_until_it_is_started_again() -> None:
    manager, reach = StreamManager(Scripted(virtual=True), HANDLERS, price_interval=0.0), Reach()
    shelf = Shelf(manager, reach)
    view = shelf.view("prices")
    for _ in range(2):
        reach.thread = thread = LoopThread("tradestream", owner=shelf)
        await thread.call(manager.start_all())
        shelf.start(thread)
        await until(lambda: view.still == "ended")
        shelf.pause()
        await thread.call(manager.stop_all())
        reach.thread = None
        await thread.stop()
        assert view.still == "stopped"
    view.close()


def test_the_minute_is_kept_while_nobody_looks_and_is_the_same_in_all_views(
    running: Shelf, manager: StreamManager
) -> None:
    for second in range(10):
        price = PriceUpdate("S0", 1.0 + second)
        manager.hub.publish("price_updates", price, second * SECOND)
        running.pump(second * KEEP_EVERY)
    views = running.view("prices"), running.view("board")
    for view in views:
        say(view, "hello", v=True)
    running.pump(10 * KEEP_EVERY)
    assert [view.comm.frames[-1][0]["trail"] for view in views] == [[*range(9)], [*range(9)]]


def test_prices_that_no_view_can_show_are_told_once_and_the_other_views_go_on(
    running: Shelf, manager: StreamManager
) -> None:
    health = running.view("health")
    say(health, "hello", v=True)
    for second in range(3):
        manager.hub.publish("price_updates", {"symbol": "S0"}, second)
        running.pump(second * KEEP_EVERY)
    assert [type(failure) for failure in running.failures] == [AttributeError]
    assert frames(health) == 1


def test_a_view_that_is_opened_after_the_end_is_answered(shelf: Shelf, manager: StreamManager) -> None:
    tick(manager, 7)
    view = shelf.view("prices")
    say(view, "hello", v=True)
    assert frames(view) == 1


def test_a_second_of_a_busy_session_is_far_below_what_the_server_forwards(
    running: Shelf, manager: StreamManager
) -> None:
    """500 symbols that tick five times a second, signals too, and two windows of every view with their answers."""
    views = [running.view(kind) for kind in PANELS]
    for view in views:
        for vid in "ab":
            say(view, "hello", vid, v=True)
        view.comm.published.clear()
    for turn in range(PUMPS):
        tick(manager, turn, 500)
        manager.hub.publish("signals", SignalRaised("BUY", "S1", turn, 1, 1.0), turn)
        running.pump(turn * PUMP_EVERY)
    answers = sum(len("ab") for _ in views)
    sent = sum(len(view.comm.published) for view in views)
    assert all(frames(view) for view in views)
    # The kernel says busy and idle around every answer.
    assert sent + 2 * answers < 60


def test_many_views_take_turns_within_the_limit(running: Shelf, manager: StreamManager) -> None:
    charts = [running.view("chart", f"S{number}") for number in range(2 * MOST)]
    for chart in charts:
        say(chart, "hello", v=True)
    running.pump(0.0)
    assert sum(map(frames, charts)) == MOST
    running.pump(PUMP_EVERY)
    assert [frames(chart) for chart in charts] == [1] * (2 * MOST)
