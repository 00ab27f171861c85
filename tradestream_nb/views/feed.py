"""One reader of a topic, for a view that shows the newest and may be slower than what it shows."""

from __future__ import annotations

from collections.abc import Iterable

from tradestream_nb.hub import Hub
from tradestream_nb.topics import Batch, EventTopic

KEPT = 500
"""Messages of a log that a view shows; older ones fall off its end."""


class Feed:
    """Made and read on the streams' thread; it holds a place in the topic and no messages of its own.

    What a view did not take in time is not queued: of a state the newest values remain, of a log the last `KEPT`.
    """

    def __init__(self, hub: Hub, topic: str) -> None:
        self._topic = hub.topics[topic]
        self._looked = self._taken = 0

    def look(self) -> bool:
        """Say whether something has come since the last look."""
        seen, self._looked = self._looked, self._topic.seq
        return seen != self._looked

    def snapshot(self) -> Batch:
        """What a view that opens now has to show."""
        return self._since(0, snapshot=True)

    def take(self) -> Batch:
        """What has come since it was last taken, oldest first."""
        batch = self._since(self._taken)
        self._taken = batch.seq
        return batch

    def _since(self, cursor: int, *, snapshot: bool = False) -> Batch:
        if isinstance(self._topic, EventTopic):
            cursor = max(cursor, self._topic.last(KEPT))
        return self._topic.since(cursor, snapshot=snapshot)


def feeds(hub: Hub, topics: Iterable[str]) -> dict[str, Feed]:
    """A feed of each topic."""
    return {topic: Feed(hub, topic) for topic in topics}
