"""One reader's pending view of the topics: a cursor and a set of keys for each, and never a copy of a message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import inf

from tradestream_nb.audience import Audience, Bell, Reading
from tradestream_nb.topics import ALL, NONE, Batch, Entry, Keys, Topic


class Silence:
    """The bell of a reader that looks by itself."""

    def wake(self) -> None:
        """Do nothing."""

    wake_at_once = wake


class Mailbox:
    """Bounded by construction: of a state only the newest value waits, of a log only what its topic keeps."""

    def __init__(
        self,
        topics: Mapping[str, Topic],
        audiences: Mapping[str, Audience] | None = None,
        bell: Bell | None = None,
    ) -> None:
        """The bell is rung once when one of the audiences is told of news, and again after the next `take`."""
        self._topics, self._bell = topics, bell or Silence()
        self._audiences = defaultdict(Audience) if audiences is None else audiences
        self._readings: dict[str, Reading] = {}
        self.conflated = 0
        """Values of states that were overtaken before the reader took them."""

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
        reading = self._readings.get(topic)
        if reading is None:
            reading = self._readings[topic] = Reading(source, self._audiences[topic], self._bell)
        wanted = reading.keys | keys
        if source.kind == "event":
            reading.cursor = reading.cursor if since is None else since
        elif source.divided:
            reading.owed = reading.owed if wanted == reading.keys else wanted
        else:
            reading.owed = reading.owed | (keys - reading.keys) or NONE
        reading.audience.seat(reading, wanted)

    def unsubscribe(self, topic: str, keys: Keys = ALL) -> None:
        """Take keys of a topic away; the topic goes with its last key."""
        reading = self._readings.get(topic)
        if reading is None:
            return
        left = reading.keys - keys
        if reading.topic.divided and left != reading.keys:
            reading.owed = left or NONE
        else:
            reading.owed = reading.owed - keys or NONE
        reading.audience.seat(reading, left)
        if not left:
            del self._readings[topic]

    def narrow(self, topic: str, keys: Keys) -> None:
        """Want these keys of the topic and no others; what has been read already does not come again."""
        self.subscribe(topic, keys)
        self.unsubscribe(topic, ~keys)

    def close(self) -> None:
        """Want nothing any more."""
        for topic in tuple(self._readings):
            self.unsubscribe(topic)

    def cursor(self, topic: str) -> int | float:
        """How far the reader has come in a topic; beyond everything where it does not read it."""
        reading = self._readings.get(topic)
        return inf if reading is None else reading.cursor

    def backlog(self) -> list[Entry]:
        """The messages of logs that wait to be taken, as far as they are kept."""
        logs = (r for r in self._readings.values() if r.topic.kind == "event" and r.cursor < r.topic.seq)
        return [e for r in logs for e in r.topic.entries() if e.seq > r.cursor and e.key in r.keys]

    def rest(self) -> None:
        """Let nobody wait for the reader: it cannot take more just now, and comes by itself."""
        for reading in self._readings.values():
            reading.audience.rest(reading)

    def take(self) -> list[Batch]:
        """Everything new, snapshots first; raises ReaderTooSlow when a log no longer holds all that is missing."""
        batches: list[Batch] = []
        for reading in self._readings.values():
            if reading.told or reading.owed is not NONE or reading.cursor != reading.topic.seq:
                self._read(reading, batches)
        return batches

    def _read(self, reading: Reading, batches: list[Batch]) -> None:
        topic, keys, owed = reading.topic, reading.keys, reading.owed
        if owed is not NONE:
            snapshot = topic.since(0, owed, snapshot=True)
            if snapshot.entries:
                batches.append(snapshot)
            keys, reading.owed = keys - owed, NONE
        batch = topic.since(reading.cursor, keys)
        if batch.entries:
            batches.append(batch)
        if topic.kind == "state" and owed is NONE:
            published = reading.news if reading.named else topic.seq - reading.cursor
            self.conflated += max(0, published - len(batch.entries))
        reading.cursor = topic.seq
        reading.audience.read(reading)
