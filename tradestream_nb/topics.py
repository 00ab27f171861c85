"""What happened on each topic: numbered, the newest value per key or the recent history, read by cursors.

A reader holds nothing but a cursor, the `seq` it has seen up to. What it has missed is a `Batch`, made once and
shared by every reader at the same cursor with the same keys, and encoded once by whoever puts it on a wire.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from operator import attrgetter
from typing import Any, Literal, Protocol

import msgspec

from tradestream_nb.clock import SECOND
from tradestream_nb.errors import ReaderTooSlow
from tradestream_nb.keys import ALL, Keys

HISTORY = 1_000
"""Messages an event topic keeps for readers that come back."""
SHARED = 2_048
"""Batches kept to be shared until the next message; while none comes, readers may ask for any number of selections."""
LEAD = SECOND // 4
"""A first change after a quiet time waits at most so long (µs) for others to join its batch."""


class Entry(msgspec.Struct, eq=False):
    """One message at its place in a topic."""

    seq: int
    key: str
    message: Any
    ts: int
    encoded: dict[object, bytes] = msgspec.field(default_factory=dict)
    """The message's bytes by dialect, filled by the first reader that needs them."""


class Batch:
    """What a reader has missed on one topic, oldest first; shared, so nobody may change it."""

    __slots__ = ("encoded", "entries", "seq", "snapshot", "topic", "ts")

    def __init__(self, topic: Topic, entries: tuple[Entry, ...], *, snapshot: bool) -> None:
        self.topic, self.entries, self.snapshot = topic.name, entries, snapshot
        self.seq, self.ts = topic.seq, max(map(_ts, entries), default=0)
        self.encoded: dict[object, tuple[bytes, ...]] = {}
        """The frames that carry the batch by dialect, filled by the first reader that needs them."""


_seq, _ts = attrgetter("seq"), attrgetter("ts")


class Topic(Protocol):
    """What both kinds of topic offer."""

    name: str
    kind: Literal["state", "event"]
    divided: bool
    """Whether keys name parts of each message, so that a reader with other keys needs all of it anew."""
    seq: int
    """The number of the newest message that readers can see; 0 before the first."""
    ts: int | None
    """The time of the newest message in epoch µs; None before the first."""

    def publish(self, key: str, message: Any, ts: int) -> bool:
        """Take a message in; True when readers can see something new now."""

    def entries(self) -> tuple[Entry, ...]:
        """What the topic holds, oldest first."""

    def since(self, cursor: int, keys: Keys = ALL, *, snapshot: bool = False) -> Batch:
        """What happened after `cursor`."""


class StateTopic:
    """The newest value of every key. A change that is overtaken before it is read is conflated away."""

    kind: Literal["state", "event"] = "state"
    divided = False

    def __init__(self, name: str, *, interval: float = 0.0) -> None:
        """`interval` is the least time between two batches, in seconds of the messages' own clock."""
        self.name, self.seq, self.interval = name, 0, round(interval * SECOND)
        self.ts: int | None = None
        self._published = 0
        self._values: dict[str, Entry] = {}
        self._waiting: dict[str, Entry] = {}
        self._due = 0
        self._batches: dict[tuple[int, frozenset[str], bool, bool], Batch] = {}

    def publish(self, key: str, message: Any, ts: int) -> bool:
        """Put a value in place of the key's older one; True when readers can see it now."""
        self._published += 1
        self.ts = ts
        if not self.interval:
            self._show(key, Entry(self._published, key, message, ts))
            return True
        if not self._waiting:
            self._due = max(self._due, ts + min(self.interval, LEAD))
        # A clock that jumped back must not leave the batch waiting for the time it jumped from.
        self._due = min(self._due, ts + self.interval)
        # Taken out and put back, so that what waits stands in the order of its seq; `_show` does the same.
        self._waiting.pop(key, None)
        self._waiting[key] = Entry(self._published, key, message, ts)
        return False

    def waiting(self) -> tuple[str, ...]:
        """The keys of which something waits to be released, oldest first."""
        return tuple(self._waiting)

    def release(self, ts: int | None = None) -> bool:
        """Let readers see what has waited; True when there was something.

        The next batch is due an interval after `ts`, or after the newest of what waited.
        """
        if not self._waiting:
            return False
        newest = max([entry.ts for entry in self._waiting.values()])
        self._due = (newest if ts is None else max(ts, newest)) + self.interval
        for key, entry in self._waiting.items():
            self._show(key, entry)
        self._waiting.clear()
        return True

    def _show(self, key: str, entry: Entry) -> None:
        self._values.pop(key, None)
        self._values[key] = entry
        self.seq = self._published
        if self._batches:
            self._batches.clear()

    def due(self) -> int | None:
        """When the waiting batch wants to be released; None when nothing waits."""
        return self._due if self._waiting else None

    def since(self, cursor: int, keys: Keys = ALL, *, snapshot: bool = False) -> Batch:
        """The values that changed after `cursor`; from cursor 0 that is the value of every key."""
        # Not the keys themselves, whose hash and equality take calls that those of their parts do without.
        known = (cursor, keys.names, keys.all_but, snapshot)
        batch = self._batches.get(known)
        if batch is None:
            _make_room(self._batches)
            batch = self._batches[known] = Batch(self, tuple(self._changed(cursor, keys)), snapshot=snapshot)
        return batch

    def entries(self) -> tuple[Entry, ...]:
        """The newest value of every key that readers can see, oldest first."""
        return tuple(self._values.values())

    def place(self, key: str) -> int:
        """The seq of the key's value that readers can see; 0 when there is none."""
        entry = self._values.get(key)
        return 0 if entry is None else entry.seq

    def _changed(self, cursor: int, keys: Keys) -> list[Entry]:
        if not keys.all_but and len(keys.names) < len(self._values):
            current = map(self._values.get, keys.names)
            found = [entry for entry in current if entry is not None and entry.seq > cursor]
            found.sort(key=_seq)
            return found
        newest = list(self._newest(cursor))
        newest.reverse()
        return newest if keys == ALL else [entry for entry in newest if entry.key in keys]

    def _newest(self, cursor: int) -> Iterator[Entry]:
        for entry in reversed(self._values.values()):
            if entry.seq <= cursor:
                return
            yield entry


class EventTopic:
    """An ordered log of which the last `history` messages are kept."""

    kind: Literal["state", "event"] = "event"
    divided = False

    def __init__(self, name: str, *, history: int = HISTORY, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts the seconds by which a message grows old."""
        self.name, self.seq = name, 0
        self.ts: int | None = None
        self._clock = clock
        self._log: deque[Entry] = deque(maxlen=history)
        self._times: deque[float] = deque(maxlen=history)
        self._batches: dict[tuple[int, Keys, bool, int | None], Batch] = {}

    def publish(self, key: str, message: Any, ts: int) -> bool:
        """Append a message; readers can see it at once."""
        self.seq += 1
        self.ts = ts
        self._log.append(Entry(self.seq, key, message, ts))
        self._times.append(self._clock())
        self._batches.clear()
        return True

    @property
    def first(self) -> int:
        """The seq of the oldest message that is still kept; one more than `seq` when there is none."""
        return self.seq - len(self._log) + 1

    def oldest(self, count: int, age: float) -> int:
        """The seq of the oldest of the last `count` messages and `age` seconds; one more than `seq` without any."""
        old = bisect_left(self._times, self._clock() - age)
        return max(self.first + old, self.seq - count + 1)

    def since(self, cursor: int, keys: Keys = ALL, *, snapshot: bool = False, until: int | None = None) -> Batch:
        """The messages after `cursor`, in order; raises ReaderTooSlow when some of them are no longer kept."""
        if cursor + 1 < self.first:
            raise ReaderTooSlow(self.name, self.seq - cursor)
        known = (cursor, keys, snapshot, until)
        if known not in self._batches:
            _make_room(self._batches)
            end = None if until is None else until + 1 - self.first
            entries = islice(self._log, cursor + 1 - self.first, end)
            self._batches[known] = Batch(self, tuple(e for e in entries if e.key in keys), snapshot=snapshot)
        return self._batches[known]

    def keep(self, history: int) -> None:
        """Keep so many messages from now on; never fewer than before."""
        if history > (self._log.maxlen or 0):
            self._log, self._times = deque(self._log, history), deque(self._times, history)

    def entries(self) -> tuple[Entry, ...]:
        """The messages that are kept, oldest first."""
        return tuple(self._log)

    def last(self, count: int) -> int:
        """The cursor from which at most `count` messages are still to come."""
        return max(self.first - 1, self.seq - count)


def _make_room(batches: dict[Any, Batch]) -> None:
    if len(batches) >= SHARED:
        batches.clear()
