"""Who reads a topic, and who is woken when it publishes; a reader is woken once, and again only after it has read."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Protocol

from tradestream_nb.keys import ALL, NONE, Keys
from tradestream_nb.topics import Topic


class Bell(Protocol):
    """How a reader is reached. Neither call may wait."""

    def wake(self) -> None:
        """Say that there is something to read, in this turn or later."""

    def wake_at_once(self) -> None:
        """Have the reader read now, before a newer value replaces one that it must not miss."""


class Reading:
    """One reader of one topic: the keys it wants, how far it has read, and whether it was woken since."""

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
        "awake",
        "topic",
    )

    def __init__(self, topic: Topic, audience: Audience, bell: Bell) -> None:
        self.topic, self.audience, self.bell = topic, audience, bell
        self.cursor, self.keys = topic.seq, NONE
        self.owed = NONE
        """Keys whose current value it has yet to be given; always the object `NONE` when there are none."""
        self.named: frozenset[str] | None = None
        """The keys whose messages wake it; None when every message does."""
        self.earlier: list[tuple[int, int, Keys]] = []
        """Parts of a log before the cursor that it has yet to read, each as (after seq, up to seq, keys)."""
        self.interval, self.last = 0.0, -inf
        """The least seconds between two takes, and the time of the last that gave something."""
        self.awake = False
        self.news = 0
        """Messages of the named keys since it was last read."""


class Audience:
    """The readings of one topic, arranged so that publishing touches only those that have to be told."""

    __slots__ = ("_named", "_since", "_unaware", "coming")

    def __init__(self) -> None:
        self._unaware: dict[Reading, None] = {}
        """Readings that every message wakes, and not awake now. Dicts, for they keep an order where sets do not."""
        self._named: dict[str, dict[Reading, None]] = {}
        """Readings of named keys, awake or not."""
        self.coming: dict[Reading, None] = {}
        """Readings that are awake, whose readers read at the end of this turn."""
        self._since = 0
        """The seq up to which all of those have read."""

    def seat(self, reading: Reading, keys: Keys) -> None:
        """Wake a reading for these keys from now on, and for no others; without keys, for nothing."""
        self._unseat(reading)
        reading.keys = ALL if keys == ALL else keys or NONE
        if keys and (keys.all_but or reading.topic.divided):
            reading.named = None
            if not reading.awake:
                self._unaware[reading] = None
            return
        reading.named = keys.names
        for key in keys.names:
            self._named.setdefault(key, {})[reading] = None
        if not keys:
            self.coming.pop(reading, None)

    def tell(self, keys: Iterable[str], before: int) -> None:
        """Wake the readers of `keys`, which were just published; `before` is the topic's seq before that."""
        if not self.coming:
            self._since = before
        for key in keys:
            for reading in tuple(self._named[key]) if key in self._named else ():
                reading.news += 1
                if not reading.awake:
                    # What came since it last read was not for it, and need not be kept for it.
                    if reading.cursor < before:
                        reading.cursor = before
                    self._wake(reading)
        if self._unaware:
            unaware, self._unaware = self._unaware, {}
            for reading in unaware:
                self._wake(reading)

    def hurry(self, unread: int) -> None:
        """Have everyone who is awake and has not read up to the seq `unread` read now."""
        if unread > self._since:
            for reading in tuple(self.coming):
                if reading.cursor < unread:
                    reading.bell.wake_at_once()

    def dismiss(self, reading: Reading) -> None:
        """Never wake a reading until it `succeed`s another."""
        self._unseat(reading)
        reading.named = None

    def succeed(self, reading: Reading, other: Reading) -> None:
        """Wake a reading again, which goes on where another one that wants the same has read to."""
        reading.cursor, reading.awake, reading.news = other.cursor, other.awake, other.news
        self.seat(reading, reading.keys)
        if reading.awake:
            self.coming[reading] = None

    def rest(self, reading: Reading) -> None:
        """Wait no longer for a reading that is awake: its reader cannot take more now, and reads later by itself."""
        self.coming.pop(reading, None)

    def read(self, reading: Reading) -> None:
        """Know that a reading has read everything; the next message wakes it again."""
        if reading.awake:
            reading.awake = False
            self.coming.pop(reading, None)
            if reading.named is None:
                self._unaware[reading] = None
        reading.news = 0

    def _wake(self, reading: Reading) -> None:
        if reading.keys is NONE:
            return
        reading.awake = True
        self.coming[reading] = None
        reading.bell.wake()

    def _unseat(self, reading: Reading) -> None:
        self._unaware.pop(reading, None)
        for key in reading.named or ():
            del self._named[key][reading]
            if not self._named[key]:
                del self._named[key]
