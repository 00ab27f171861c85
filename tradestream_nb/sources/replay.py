"""A day, or years, from a file: the same events again, at any speed, forwards and backwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tradestream_nb.clock import micros, now
from tradestream_nb.errors import SourceError, UserError
from tradestream_nb.events import Bar, Quote
from tradestream_nb.sources.base import Outlet
from tradestream_nb.sources.playhead import Playhead, Speed
from tradestream_nb.sources.table import read_table
from tradestream_nb.sources.tape import Tape

SAMPLE = Path(__file__).parents[1] / "data" / "sample.parquet"
"""Thirteen years of daily prices of five companies; data/README.md says where they come from."""


class ReplayOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `replay:PATH?…` understands."""

    speed: Annotated[
        Annotated[float, Meta(gt=0)] | Literal["max"],
        Meta(description="how many times faster than the data's own clock, a number above 0, or max"),
    ] = 1.0
    loop: Annotated[bool, Meta(description="true or false; true to begin again at the end, with later times")] = False


async def until(changed: asyncio.Event, seconds: float | None) -> None:
    """Wait so long, or for ever, but not beyond a change."""
    with suppress(TimeoutError):
        # wait_for of Python 3.11 loses a cancellation that meets the change.
        async with asyncio.timeout(seconds):
            await changed.wait()


class ReplaySource:
    """Replays a CSV or Parquet file of bars or quotes in the order of its times, and can be driven while it does.

    The file is read and checked when the source is made. Pause, play, speed and seek take effect at once, also before
    the start; call them on the loop that runs the source. A source that is stopped goes on where it stood.

    Over a seek handlers keep their state, so that after one that goes back they meet older events with what they know
    from later ones. Timers follow the seek, and strategies forget the bars that come again.
    """

    Options = ReplayOptions
    polled = False
    virtual = True

    def __init__(
        self,
        path: str | Path,
        options: ReplayOptions | None = None,
        *,
        clock: Callable[[], int] = now,
        wait: Callable[[asyncio.Event, float | None], Awaitable[None]] = until,
    ) -> None:
        if not isinstance(path, (str, Path)) or path == "":
            raise UserError(f"{path!r} names no file; give its path, or 'sample' for shipped data")
        file = SAMPLE if str(path) == "sample" else Path(path).expanduser()
        self.name = f"replay:{file.name}"
        self.options = options or ReplayOptions()
        self._tape = Tape(read_table(file))
        self._head = Playhead(
            self._tape.times, speed=self.options.speed, lap=self._tape.lap if self.options.loop else None, clock=clock
        )
        self._wait, self._changed, self._stays = wait, asyncio.Event(), False

    @classmethod
    def open(cls, path: str, options: ReplayOptions) -> ReplaySource:
        """The source for `replay:PATH?…`."""
        if not path:
            raise SourceError("replay needs a file: replay:PATH, or replay:sample for shipped data")
        return cls(path, options)

    async def run(self, outlet: Outlet) -> None:
        """Put each moment's events when they are due, until the data ends."""
        head, self._changed = self._head, asyncio.Event()
        head.start()
        while self._stays or not head.ended:
            self._changed.clear()
            seconds = head.wait()
            if seconds != 0.0:
                await self._wait(self._changed, seconds)
            if self._changed.is_set():
                continue
            for event in self._tape.events(*head.take()):
                outlet.put(event)
            await outlet.drain()

    def history(self, seconds: float) -> Iterable[Bar]:
        """Nothing: what came before the file is not known."""
        return ()

    def events(self) -> Iterator[Quote | Bar]:
        """One pass through the file without waiting."""
        return self._tape.events(range(len(self._tape.times)), 0)

    @property
    def playing(self) -> bool:
        """Whether events come: neither paused nor ended."""
        return self._head.playing

    @property
    def ended(self) -> bool:
        """Whether the data is at its end."""
        return self._head.ended

    @property
    def moments(self) -> Sequence[int]:
        """The time of every row, in epoch µs, sorted."""
        return self._tape.times

    @property
    def position(self) -> int:
        """The time in the file, in epoch µs, of the newest events, or of the next ones after a seek."""
        return self._head.position

    @property
    def speed(self) -> Speed:
        """How many times faster than the data's own clock; raises UserError when set to what does not fit."""
        return self._head.speed

    @speed.setter
    def speed(self, speed: Speed) -> None:
        if not (speed == "max" or (isinstance(speed, (int, float)) and 0 < speed < inf)):
            raise UserError(f"speed = {speed!r} does not fit; speed is a number above 0, or 'max'")
        self._head.speed = speed
        self._changed.set()

    @property
    def stays(self) -> bool:
        """Whether it waits at the end for a seek instead of ending; no, unless set."""
        return self._stays

    @stays.setter
    def stays(self, stays: bool) -> None:
        self._stays = stays
        self._changed.set()

    def pause(self) -> None:
        """Stop the data's clock; a second call changes nothing."""
        self._head.pause()
        self._changed.set()

    def play(self) -> None:
        """Let the data's clock run on; at the end, from the first row. A second call changes nothing."""
        self._head.play()
        self._changed.set()

    def seek(self, to: int | datetime | str) -> None:
        """Go on from the first row at or after a time: epoch µs, a datetime, or ISO text; without a zone it is UTC.

        Raises UserError for anything else.
        """
        self._head.seek(_moment(to))
        self._changed.set()


def read_events(path: str | Path) -> Iterator[Quote | Bar]:
    """The events of a file, or of "sample", in the order a replay puts them."""
    return ReplaySource(path).events()


def _moment(to: int | datetime | str) -> int:
    if isinstance(to, int):
        return to
    try:
        return micros(to if isinstance(to, datetime) else datetime.fromisoformat(to))
    except (TypeError, ValueError):
        raise UserError(f"{to!r} is no time to seek; write '2008-09-15' or '2008-09-15T14:30:00Z'") from None
