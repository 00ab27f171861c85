"""Buttons for a replay: pause and play, how fast, and where."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from typing import Any, NamedTuple

from ipywidgets import Dropdown, HBox, Label, Layout, SelectionSlider, ToggleButton

from tradestream_nb import clock
from tradestream_nb.errors import UserError
from tradestream_nb.sources.base import Source
from tradestream_nb.sources.playhead import Speed
from tradestream_nb.sources.replay import ReplaySource
from tradestream_nb.views.box import Box, Do

SPEEDS = (1.0, 10.0, 60.0, 600.0, 3_600.0, 86_400.0)
MARKS = 1_000
"""Places on the slider; more than these cannot be told apart with a mouse."""
SHOW_EVERY = 1.0
DAY = 86_400 * clock.SECOND


class Shown(NamedTuple):
    """What a player says of its replay."""

    playing: bool
    speed: Speed
    position: int


class PlayerView(Box):
    """Drives the replay that a session runs; at the end it waits, and Play begins again.

    A replay with a player does not end by itself. What it does goes through `do`, so that buttons, whose callbacks come
    on any thread, and cells do the same.
    """

    def __init__(self, replay: Source, do: Do) -> None:
        """Raises UserError for a source that is no replay."""
        if not isinstance(replay, ReplaySource):
            raise UserError(f"{replay.name} is live and has no player; start a session on a replay: 'replay:sample'")
        self._replay, self._do = replay, do
        self._marks = marks(replay.moments)
        self._text = text_of_times(self._marks)
        self._marked = self._marks[0]
        self._toggle = ToggleButton(value=True, layout=Layout(width="6em"))
        self._speed = Dropdown(layout=Layout(width="8em"))
        self._slider = SelectionSlider(
            options=[(self._text(ts), ts) for ts in self._marks], continuous_update=False, layout=Layout(width="100%")
        )
        self._label = Label()
        super().__init__([HBox([self._toggle, self._speed, self._label]), self._slider], layout=Layout(width="100%"))
        self._shown = do(self._begin)
        self._show(self._shown)
        self._toggle.observe(self._on_toggle, "value")
        self._speed.observe(self._on_speed, "value")
        self._slider.observe(self._on_slider, "value")

    def pause(self) -> None:
        """Hold the replay; a second call changes nothing."""
        self._act(self._replay.pause)

    def play(self) -> None:
        """Let the replay run on; at the end, from the first row. A second call changes nothing."""
        self._act(self._replay.play)

    def seek(self, to: int | datetime | str) -> None:
        """Go on from the first row at or after a time: epoch µs, a datetime, or ISO text; without a zone it is UTC.

        Raises UserError for anything else.
        """
        self._act(lambda: self._replay.seek(to))

    @property
    def playing(self) -> bool:
        """Whether events come: neither paused nor ended."""
        return self._do(self._read).playing

    @property
    def position(self) -> datetime:
        """The time in UTC at which the replay stands."""
        return clock.moment(self._do(self._read).position)

    @property
    def speed(self) -> Speed:
        """How many times faster than the data's own clock it goes; may be set at any time."""
        return self._do(self._read).speed

    @speed.setter
    def speed(self, speed: Speed) -> None:
        self._act(lambda: setattr(self._replay, "speed", speed))

    def pump(self, now: float) -> bool:
        """Show where the replay stands, at most once a second; `now` is in monotonic seconds.

        Called by the owner, where the replay runs or once it does not.
        """
        if self.comm is None or now - self.sent_at < SHOW_EVERY:
            return False
        if self._replay.ended:
            # Who seeks from there looks around first, and then plays.
            self._replay.pause()
        shown = self._read()
        if shown == self._shown:
            return False
        self.sent_at = now
        self._show(shown)
        return True

    def close(self) -> None:
        """Take the player out of the notebook; its replay may end again."""
        if self.comm is not None:
            self._do(self._end)
        super().close()

    def html(self) -> str:
        """Where the replay stands."""
        return f"<p>{escape(self._replay.name)} at {self._text(self._do(self._read).position)}</p>"

    def _begin(self) -> Shown:
        self._replay.stays = True
        return self._read()

    def _end(self) -> None:
        self._replay.stays = False

    def _read(self) -> Shown:
        return Shown(self._replay.playing, self._replay.speed, self._replay.position)

    def _act(self, change: Callable[[], None]) -> None:
        """Change the replay and show at once what has become of it, both where `pump` shows it too."""

        def act() -> None:
            change()
            self._show(self._read())

        self._do(act)

    def _on_toggle(self, change: Any) -> None:
        """Play or pause, unless it was the player itself that set the button; so it is with the others."""
        if change["new"] != self._shown.playing:
            self._act(self._replay.play if change["new"] else self._replay.pause)

    def _on_speed(self, change: Any) -> None:
        if change["new"] != self._shown.speed:
            self._act(lambda: setattr(self._replay, "speed", change["new"]))

    def _on_slider(self, change: Any) -> None:
        if change["new"] != self._marked:
            self._act(lambda: self._replay.seek(change["new"]))

    def _show(self, shown: Shown) -> None:
        self._shown = shown
        self._marked = self._marks[bisect_right(self._marks, shown.position) - 1]
        if shown.speed not in [value for _, value in self._speed.options]:
            self._speed.options = speed_options(shown.speed)
        self._toggle.icon, self._toggle.description = ("pause", "Pause") if shown.playing else ("play", "Play")
        self._label.value = self._text(shown.position)
        self._slider.value = self._marked
        self._speed.value = shown.speed
        self._toggle.value = shown.playing


def marks(times: Sequence[int], most: int = MARKS) -> list[int]:
    """At most so many of the sorted `times`, evenly picked, the first and the last among them."""
    distinct = list(dict.fromkeys(times))
    step = -(-(len(distinct) - 1) // (most - 1)) or 1
    return [*distinct[:-1:step], distinct[-1]]


def text_of_times(times: Sequence[int]) -> Callable[[int], str]:
    """How to write such times in UTC: as dates where all of them are."""
    style = "%Y-%m-%d" if all(ts % DAY == 0 for ts in times) else "%Y-%m-%d %H:%M:%S"
    return lambda ts: clock.moment(ts).strftime(style)


def speed_options(current: Speed) -> list[tuple[str, Speed]]:
    """The speeds to choose from, the one that is set now among them."""
    numbers = sorted({*SPEEDS} | ({current} if current != "max" else set()))
    return [*((f"{number:,.10g}×", number) for number in numbers), ("max", "max")]
