"""A replay's buttons, without a browser."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets.widgets import widget

from tests.managed import Scripted, eventually, managed
from tests.sources.fakes import FakeTime, play
from tests.views.conftest import RecordingComm
from tradestream_nb.clock import SECOND
from tradestream_nb.errors import UserError
from tradestream_nb.loop_thread import LoopThread
from tradestream_nb.sources.playhead import Speed
from tradestream_nb.sources.replay import ReplayOptions, ReplaySource
from tradestream_nb.views.player import PlayerView, marks, speed_options

DAYS = "date,price\n" + "".join(f"2008-09-{day},{day}\n" for day in range(10, 20))


class Streams:
    """Does what a player asks for and counts it."""

    def __init__(self) -> None:
        self.done = 0

    def do(self, function: Callable[..., Any], *arguments: Any) -> Any:
        self.done += 1
        return function(*arguments)


@pytest.fixture
def replay(tmp_path: Path) -> ReplaySource:
    """A file of ten days."""
    path = tmp_path / "days.csv"
    path.write_text(DAYS, encoding="utf-8")
    return ReplaySource(path, ReplayOptions(speed="max"))


@pytest.fixture
def streams() -> Streams:
    return Streams()


@pytest.fixture
def player(replay: ReplaySource, streams: Streams) -> Iterator[PlayerView]:
    player = PlayerView(replay, streams.do)
    yield player
    player.close()


def day(replay: ReplaySource) -> int:
    return datetime.fromtimestamp(replay.position // SECOND, UTC).day


def test_it_shows_how_the_replay_stands(player: PlayerView) -> None:
    assert (player._toggle.value, player._toggle.description) == (True, "Pause")
    assert (player._speed.value, player._label.value, player._slider.label) == ("max", "2008-09-10", "2008-09-10")
    assert repr(player) == "<PlayerView>"


def test_the_button_pauses_and_plays(player: PlayerView, replay: ReplaySource) -> None:
    player._toggle.value = False
    assert (replay.playing, player._toggle.description, player._toggle.icon) == (False, "Play", "play")
    player._toggle.value = True
    assert (replay.playing, player._toggle.description, player._toggle.icon) == (True, "Pause", "pause")


def test_the_menu_sets_the_speed(player: PlayerView, replay: ReplaySource) -> None:
    player._speed.value = 3_600.0
    now: Speed = replay.speed
    player._speed.value = "max"
    assert (now, replay.speed) == (3_600.0, "max")


def test_the_slider_is_as_wide_as_there_is_room(player: PlayerView) -> None:
    assert player._slider.layout.width == player.layout.width == "100%"


def test_the_slider_seeks_and_the_label_follows_at_once(player: PlayerView, replay: ReplaySource) -> None:
    player._slider.label = "2008-09-15"
    assert (day(replay), player._label.value) == (15, "2008-09-15")
    player._slider.label = "2008-09-11"
    assert (day(replay), player._label.value) == (11, "2008-09-11")


def test_a_cell_does_what_the_buttons_do(player: PlayerView, replay: ReplaySource, streams: Streams) -> None:
    player.pause()
    assert (player.playing, player._toggle.description) == (False, "Play")
    player.seek("2008-09-15")
    player.speed = 60.0
    assert (player.position.day, player.speed, player._label.value) == (15, 60.0, "2008-09-15")
    done = streams.done
    player.play()
    assert replay.playing and streams.done > done


def test_what_does_not_fit_is_refused_and_changes_nothing(player: PlayerView) -> None:
    with pytest.raises(UserError, match="is no time to seek"):
        player.seek("yesterday")
    with pytest.raises(UserError, match="speed = 0 does not fit"):
        player.speed = 0
    assert (player.position.day, player.speed) == (10, "max")


def test_what_the_replay_does_by_itself_is_shown_and_is_no_seek(
    player: PlayerView, replay: ReplaySource, streams: Streams
) -> None:
    replay.seek("2008-09-17")
    before = streams.done
    assert player.pump(0.0)
    assert (player._label.value, player._slider.label) == ("2008-09-17", "2008-09-17")
    assert (day(replay), streams.done) == (17, before)


def test_the_position_is_shown_at_most_once_a_second(player: PlayerView, replay: ReplaySource) -> None:
    shown = []
    for tenth in range(30):
        replay.seek(f"2008-09-{10 + tenth % 7}")
        if player.pump(100 + tenth / 10):
            shown.append(tenth)
    assert shown == [1, 11, 21]


def test_a_replay_that_stands_still_sends_nothing(player: PlayerView) -> None:
    comm: Any = player._label.comm
    assert isinstance(comm, RecordingComm)
    sent = len(comm.published)
    assert not any(player.pump(float(now)) for now in range(100))
    assert len(comm.published) == sent


def test_a_speed_that_is_not_in_the_menu_is_added(player: PlayerView, replay: ReplaySource) -> None:
    replay.speed = 7.5
    player.pump(0.0)
    assert (player._speed.value, player._speed.label) == (7.5, "7.5×")
    assert [text for text, _ in speed_options("max")] == ["1×", "10×", "60×", "600×", "3,600×", "86,400×", "max"]


async def test_at_the_end_it_offers_to_play_again(replay: ReplaySource, streams: Streams) -> None:
    player = PlayerView(replay, streams.do)
    async with managed(replay) as manager:
        await eventually(lambda: replay.ended)
        player.pump(0.0)
        assert (player._toggle.value, player._label.value, manager.status().state) == (False, "2008-09-19", "ok")
        player._slider.label = "2008-09-12"
        await asyncio.sleep(0.01)
        assert (day(replay), replay.playing) == (12, False)
        player._toggle.value = True
        await eventually(lambda: replay.ended)
        player.close()
        await eventually(lambda: manager.status().state == "ended")


async def test_a_press_on_any_thread_reaches_the_replay_on_its_own(replay: ReplaySource) -> None:
    seen: list[str] = []
    replay.pause()
    streams = LoopThread("streams", owner=replay)

    def do(function: Callable[[], Any]) -> Any:
        def there() -> Any:
            seen.append(threading.current_thread().name)
            return function()

        return streams.look(there)

    player = PlayerView(replay, do)
    await asyncio.to_thread(setattr, player._slider, "label", "2008-09-15")
    player._speed.value = 60.0
    assert (day(replay), replay.speed) == (15, 60.0)
    player.close()
    assert set(seen) == {"streams"} and len(seen) == 4
    await streams.stop()


async def test_without_its_player_a_replay_ends(replay: ReplaySource, streams: Streams) -> None:
    player = PlayerView(replay, streams.do)
    assert replay.stays
    player.close()
    player.close()
    assert not replay.stays and player.comm is None and player._slider.comm is None
    assert not player.pump(0.0)
    assert len((await play(replay, FakeTime())).events) == 10


def test_closing_it_leaves_no_widget(replay: ReplaySource, streams: Streams) -> None:
    before = set(widget._instances)
    player = PlayerView(replay, streams.do)
    assert len(set(widget._instances) - before) > len(player.children)
    player.close()
    assert set(widget._instances) == before


def test_a_saved_notebook_shows_where_the_replay_stood(player: PlayerView) -> None:
    player.seek("2008-09-15")
    assert player.html() == "<p>replay:days.csv at 2008-09-15</p>"
    bundle: dict[str, Any] = player._repr_mimebundle_()
    assert (bundle["text/plain"], bundle["text/html"]) == ("<PlayerView>", player.html())


def test_a_live_source_has_no_player(streams: Streams) -> None:
    with pytest.raises(UserError, match="^script is live and has no player; start a session on a replay"):
        PlayerView(Scripted(), streams.do)


def test_times_of_day_are_written_where_there_are_any(tmp_path: Path, streams: Streams) -> None:
    path = tmp_path / "minutes.csv"
    path.write_text("time,price\n2026-01-05T14:30:00Z,1\n2026-01-05T14:31:00Z,2\n", encoding="utf-8")
    assert PlayerView(ReplaySource(path), streams.do)._label.value == "2026-01-05 14:30:00"


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=300).map(sorted), st.integers(2, 50))
def test_marks_are_few_and_reach_from_end_to_end(times: list[int], most: int) -> None:
    found = marks(times, most)
    assert len(found) <= most and set(found) <= set(times)
    assert (found[0], found[-1]) == (times[0], times[-1])
    assert found == sorted(set(found))
