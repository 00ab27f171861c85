"""Who reads a topic, and who of them has to be told that it moved on; a reader is told once, until it reads again."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Protocol

from tradestream_nb.keys import ALL, NONE, Keys
from tradestream_nb.topics import Topic


class Bell(Protocol):
    """How a reader is reached. Neither call may wait."""

    def wake(self) -> None:
        """Something is there to be read, in this turn or later."""

    def wake_at_once(self) -> None:
        """The same for what is about to be overtaken and must not be."""


class Reading:
    """What a reader wants of one topic, how far it has come, and whether it was told that there is more."""

    __slots__ = (
        "audience",
        "earlier",
        "bell",
        "cursor",
        "interval",
        "keys",
        "last",
        "named",
        "news",
        "owed",
        "told",
        "topic",
    )

    def __init__(self, topic: Topic, audience: Audience, bell: Bell) -> None:
        self.topic, self.audience, self.bell = topic, audience, bell
        self.cursor, self.keys = topic.seq, NONE
        self.owed = NONE
        """Keys whose current value the reader has yet to be given; the very `NONE` when there are none."""
        self.named: frozenset[str] | None = None
        """The keys of the topic's messages by which it is told; None for all of them."""
        self.earlier: list[tuple[int, int, Keys]] = []
        """What of a log from before the cursor is yet to be given: after one seq and up to another, of some keys."""
        self.interval, self.last = 0.0, -inf
        """The least seconds between two takes, and the time of the last that gave something."""
        self.told = False
        self.news = 0
        """Messages of the named keys since it was last read."""


class Audience:
    """The readings of one topic, arranged so that publishing touches only those that have to be told."""

    __slots__ = ("_named", "_since", "_unaware", "coming")

    def __init__(self) -> None:
        self._unaware: dict[Reading, None] = {}
        """Readings of any key that have read everything. Dicts, for they keep an order where sets do not."""
        self._named: dict[str, dict[Reading, None]] = {}
        """Readings of named keys, told or not."""
        self.coming: dict[Reading, None] = {}
        """Readings that were told, whose readers come at the end of this turn."""
        self._since = 0
        """What all of those have read."""

    def seat(self, reading: Reading, keys: Keys) -> None:
        """Let a reading be told of these keys from now on, and of no others; no keys take it out."""
        self._unseat(reading)
        reading.keys = ALL if keys == ALL else keys or NONE
        if keys and (keys.all_but or reading.topic.divided):
            reading.named = None
            if not reading.told:
                self._unaware[reading] = None
            return
        reading.named = keys.names
        for key in keys.names:
            self._named.setdefault(key, {})[reading] = None
        if not keys:
            self.coming.pop(reading, None)

    def tell(self, keys: Iterable[str], before: int) -> None:
        """Wake the readers of `keys`, of which news came after the place `before`."""
        if not self.coming:
            self._since = before
        for key in keys:
            for reading in tuple(self._named[key]) if key in self._named else ():
                reading.news += 1
                if not reading.told:
                    # What came since it last read was not for it, and need not be kept for it.
                    if reading.cursor < before:
                        reading.cursor = before
                    self._wake(reading)
        if self._unaware:
            unaware, self._unaware = self._unaware, {}
            for reading in unaware:
                self._wake(reading)

    def hurry(self, unread: int) -> None:
        """Have what stands at the place `unread` read by all who were told and have not come yet."""
        if unread > self._since:
            for reading in tuple(self.coming):
                if reading.cursor < unread:
                    reading.bell.wake_at_once()

    def dismiss(self, reading: Reading) -> None:
        """Tell a reading of nothing until it succeeds another."""
        self._unseat(reading)
        reading.named = None

    def succeed(self, reading: Reading, other: Reading) -> None:
        """Tell a reading again, which takes the place of another that wants the same."""
        reading.cursor, reading.told, reading.news = other.cursor, other.told, other.news
        self.seat(reading, reading.keys)
        if reading.told:
            self.coming[reading] = None

    def rest(self, reading: Reading) -> None:
        """Wait no longer for a reading that was told: its reader cannot take more just now, and comes by itself."""
        self.coming.pop(reading, None)

    def read(self, reading: Reading) -> None:
        """Tell a reading again from now on, for it has read everything."""
        if reading.told:
            reading.told = False
            self.coming.pop(reading, None)
            if reading.named is None:
                self._unaware[reading] = None
        reading.news = 0

    def _wake(self, reading: Reading) -> None:
        if reading.keys is NONE:
            return
        reading.told = True
        self.coming[reading] = None
        reading.bell.wake()

    def _unseat(self, reading: Reading) -> None:
        self._unaware.pop(reading, None)
        for key in reading.named or ():
            del self._named[key][reading]
            if not self._named[key]:
                del self._named[key]
