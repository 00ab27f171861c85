"""One reader's pending view of the topics: a cursor and a set of keys for each, and never a copy of a message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf

from tradestream_nb.topics import ALL, NONE, Batch, Keys, Topic


class Reading:
    """What a reader wants of one topic and how far it has come."""

    __slots__ = ("cursor", "keys", "owed")

    def __init__(self, keys: Keys, cursor: int, owed: Keys) -> None:
        self.keys, self.cursor, self.owed = keys, cursor, owed


class Mailbox:
    """Bounded by construction: of a state only the newest value waits, of a log only what its topic keeps."""

    def __init__(self, topics: Mapping[str, Topic]) -> None:
        self._topics = topics
        self._readings: dict[str, Reading] = {}

    @property
    def subscriptions(self) -> dict[str, Keys]:
        """The keys wanted of each topic."""
        return {name: reading.keys for name, reading in self._readings.items()}

    def subscribe(self, topic: str, keys: Keys = ALL, *, since: int | None = None) -> None:
        """Want keys of a topic as well: of a state topic first their current values, of an event topic what comes.

        `since` is the seq after which an event topic is read, its newest when left out.
        """
        if not keys:
            return
        source = self._topics[topic]
        reading = self._readings.setdefault(topic, Reading(NONE, source.seq, NONE))
        if source.kind == "state":
            reading.owed = reading.owed | (keys - reading.keys)
        elif since is not None:
            reading.cursor = since
        reading.keys = reading.keys | keys

    def unsubscribe(self, topic: str, keys: Keys = ALL) -> None:
        """Take keys of a topic away; the topic goes with its last key."""
        reading = self._readings.get(topic)
        if reading is None:
            return
        reading.keys, reading.owed = reading.keys - keys, reading.owed - keys
        if not reading.keys:
            del self._readings[topic]

    def narrow(self, topic: str, keys: Keys) -> None:
        """Want these keys of the topic and no others; what has been read already does not come again."""
        self.subscribe(topic, keys)
        self.unsubscribe(topic, ~keys)

    def cursor(self, topic: str) -> int | float:
        """How far the reader has come in a topic; beyond everything where it does not read it."""
        reading = self._readings.get(topic)
        return inf if reading is None else reading.cursor

    def waiting(self) -> bool:
        """Whether `take` may give something; the keys are not looked at."""
        return any(r.owed or r.cursor < self._topics[name].seq for name, r in self._readings.items())

    def take(self) -> list[Batch]:
        """Everything new, snapshots first; raises ReaderTooSlow when a log no longer holds all that is missing."""
        return [batch for name, reading in self._readings.items() for batch in self._read(name, reading)]

    def _read(self, name: str, reading: Reading) -> Iterator[Batch]:
        topic, owed = self._topics[name], reading.owed
        if not owed and reading.cursor == topic.seq:
            return
        batches = [topic.since(reading.cursor, reading.keys - owed)]
        if owed:
            batches.insert(0, topic.since(0, owed, snapshot=True))
        reading.cursor, reading.owed = topic.seq, NONE
        yield from (batch for batch in batches if batch.entries)
