"""One reader's pending view of the topics: a cursor and a set of keys for each, and never a copy of a message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import inf

from tradestream_nb.audience import Audience, Bell, Reading
from tradestream_nb.keys import ALL, NONE, Keys
from tradestream_nb.topics import Batch, Entry, EventTopic, Topic


class Silence:
    """The bell of a reader that polls, and need not be woken."""

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
        self.due: float | None = None
        """When something that its pace held back at the last `take` may be taken; None when nothing was."""

    @property
    def subscriptions(self) -> dict[str, Keys]:
        """The keys wanted of each topic."""
        return {name: reading.keys for name, reading in self._readings.items()}

    def want(self, topic: str, keys: Keys, *, since: int | None = None) -> None:
        """Want these keys of a topic and no others; no keys leave it.

        Keys that are new begin with their current value in a state topic, and in an event topic with what comes after
        the seq `since`, its newest when left out. The others go on where they are.
        """
        reading = self._readings.get(topic)
        if reading is None:
            if not keys:
                return
            reading = self._readings[topic] = Reading(self._topics[topic], self._audiences[topic], self._bell)
        if isinstance(reading.topic, EventTopic):
            _look_back(reading, reading.topic, keys, since)
        elif not reading.topic.divided:
            reading.owed = (reading.owed | (keys - reading.keys)) & keys or NONE
        elif keys != reading.keys:
            reading.owed = keys or NONE
        reading.audience.seat(reading, keys)
        if not keys:
            del self._readings[topic]

    def rewind(self, topic: str, since: int) -> None:
        """Read a log on from after the seq `since`, even where that repeats messages."""
        reading = self._readings.get(topic)
        if reading is not None:
            reading.cursor = reading.topic.seq
            reading.earlier = [(since, reading.cursor, reading.keys)] if since < reading.cursor else []

    def subscribe(self, topic: str, keys: Keys = ALL, *, since: int | None = None) -> None:
        """Want keys of a topic as well."""
        self.want(topic, self.subscriptions.get(topic, NONE) | keys, since=since)

    def unsubscribe(self, topic: str, keys: Keys = ALL) -> None:
        """Take keys of a topic away; the topic goes with its last key."""
        self.want(topic, self.subscriptions.get(topic, NONE) - keys)

    def pace(self, topic: str, interval: float) -> None:
        """Let so many seconds go by between two takes of a state topic that is read; 0 takes every change."""
        self._readings[topic].interval = interval

    @property
    def intervals(self) -> dict[str, float]:
        """The topics that are read at a pace."""
        return {name: reading.interval for name, reading in self._readings.items() if reading.interval}

    def place(self, topic: str) -> int:
        """The seq up to which nothing is missing of a topic that is read."""
        reading = self._readings[topic]
        reached = reading.cursor if reading.awake else reading.topic.seq
        return min([reached, *(after for after, _, _ in reading.earlier)])

    def close(self) -> None:
        """Want nothing any more."""
        for topic in tuple(self._readings):
            self.unsubscribe(topic)

    def rest(self) -> None:
        """Let nobody wait for the reader: it cannot take more just now, and comes by itself."""
        for reading in self._readings.values():
            reading.audience.rest(reading)

    def at_rest(self) -> bool:
        """Whether it reads something, at no pace of its own, and has read everything."""
        readings = self._readings.values()
        return bool(readings) and not any(r.awake or r.owed is not NONE or r.earlier or r.interval for r in readings)

    def stand_by(self) -> None:
        """Be woken no more, while another mailbox that wants the same is read in place of this one."""
        for reading in self._readings.values():
            reading.audience.dismiss(reading)

    def go_on_from(self, other: Mailbox) -> None:
        """Read on from where the mailbox is that was read in place of this one."""
        for name, reading in self._readings.items():
            reading.audience.succeed(reading, other._readings[name])

    def backlog(self) -> list[Entry]:
        """The messages of logs that wait to be taken, as far as they are kept."""
        logs = ((r, log) for r in self._readings.values() if isinstance(log := r.topic, EventTopic))
        return [entry for reading, log in logs for part in _parts(reading, log) for entry in part.entries]

    def take(self, now: float = inf) -> list[Batch]:
        """Everything new that the pace lets through at `now`, snapshots first; `due` says when to come for the rest.

        Raises ReaderTooSlow when a log no longer holds all that is missing.
        """
        batches: list[Batch] = []
        self.due = None
        for reading in self._readings.values():
            if reading.cursor != reading.topic.seq or reading.awake or reading.owed is not NONE or reading.earlier:
                if not (reading.interval and self._is_held_back(reading, now)):
                    self._read(reading, batches, now)
        return batches

    def _is_held_back(self, reading: Reading, now: float) -> bool:
        due = reading.last + reading.interval
        if now >= due or reading.owed is not NONE:
            return False
        reading.audience.rest(reading)
        if reading.awake:
            self.due = due if self.due is None else min(self.due, due)
        return True

    def _read(self, reading: Reading, batches: list[Batch], now: float) -> None:
        topic, keys = reading.topic, reading.keys
        count = len(batches)
        if reading.owed is not NONE or reading.earlier:
            keys = self._catch_up(reading, batches)
        batch = topic.since(reading.cursor, keys)
        if batch.entries:
            batches.append(batch)
        if keys is reading.keys and topic.kind == "state" and (keys is ALL or reading.named):
            published = topic.seq - reading.cursor if keys is ALL else reading.news
            if published > len(batch.entries):
                self.conflated += published - len(batch.entries)
        reading.cursor = topic.seq
        reading.audience.read(reading)
        if len(batches) > count:
            reading.last = now

    def _catch_up(self, reading: Reading, batches: list[Batch]) -> Keys:
        """Read what the reader is owed from before; return the keys whose new messages it is still to read."""
        keys, owed = reading.keys, reading.owed
        if owed is not NONE:
            batch = reading.topic.since(0, owed, snapshot=True)
            keys, reading.owed = keys - owed, NONE
        else:
            assert isinstance(reading.topic, EventTopic)
            batch = _earlier(reading, reading.topic)
        if batch.entries:
            batches.append(batch)
        return keys


def _look_back(reading: Reading, log: EventTopic, keys: Keys, since: int | None) -> None:
    """Split what a log's reader has yet to read by the keys it wanted until now and those that it wants now."""
    added = keys - reading.keys
    if added and reading.cursor < log.seq:
        after = reading.cursor if reading.awake else max(reading.cursor, log.first - 1)
        reading.earlier.append((after, log.seq, reading.keys))
        reading.cursor = log.seq
    if added and since is not None and since < log.seq:
        reading.earlier.append((since, log.seq, added))
    kept = [(after, until, some & keys) for after, until, some in reading.earlier]
    reading.earlier = [(after, until, some) for after, until, some in kept if some]


def _earlier(reading: Reading, log: EventTopic) -> Batch:
    """What a log's reader has yet to be given from before its cursor."""
    earlier, reading.earlier = reading.earlier, []
    batches = [log.since(after, some, until=until) for after, until, some in earlier]
    if len(batches) == 1:
        return batches[0]
    entries = sorted((entry for batch in batches for entry in batch.entries), key=lambda entry: entry.seq)
    return Batch(log, tuple(entries), snapshot=False)


def _parts(reading: Reading, log: EventTopic) -> list[Batch]:
    """What waits for a log's reader, as far as it is kept."""
    parts = [*reading.earlier, (reading.cursor, log.seq, reading.keys)]
    return [log.since(max(after, log.first - 1), some, until=until) for after, until, some in parts]
