"""Topics and the readers subscribed to them; knows nothing of how a reader is reached."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from tradestream_nb.audience import Audience, Bell
from tradestream_nb.divided import DividedTopic
from tradestream_nb.errors import UserError
from tradestream_nb.mailbox import Mailbox
from tradestream_nb.topics import HISTORY, Entry, EventTopic, StateTopic, Topic

KEYS = {"price_updates": "symbol", "signals": "symbol", "portfolio": "account", "trades": "symbol", "health": "stream"}
"""What each standard topic is keyed by; a topic of the user's own is keyed by `symbol` where its messages have one."""
STATES = {"price_updates": StateTopic, "portfolio": DividedTopic, "health": StateTopic}


class Subscription:
    """One reader: its mailbox, and how to tell it that there is something in it."""

    def __init__(
        self, topics: Mapping[str, Topic], audiences: Mapping[str, Audience], wake: Callable[[], None]
    ) -> None:
        self.wake = wake
        """Called once when there is something to take, and not again before it was taken."""
        self.wake_at_once = wake
        """Called when it must read now, before a newer value replaces one it has not read; a reader may set its own."""
        self.mailbox = Mailbox(topics, audiences, self)
        self._blocked = False

    @property
    def blocked(self) -> bool:
        """Set by a reader that cannot take more just now; a replay at full speed waits for it."""
        return self._blocked

    @blocked.setter
    def blocked(self, blocked: bool) -> None:
        self._blocked = blocked
        if blocked:
            self.mailbox.rest()


class Hub:
    """Publishes messages to topics and wakes the readers; used from one thread."""

    def __init__(self, *, price_interval: float = 0.0, epoch: str | None = None) -> None:
        """`price_interval` is the least time between two price batches, in seconds of the messages' own clock."""
        self.epoch = epoch or secrets.token_hex(6)
        self.topics: dict[str, Topic] = {}
        self._history = HISTORY
        self._batched: list[StateTopic] = []
        """The topics in which something may wait for its interval."""
        self._audiences: dict[str, Audience] = {}
        self._subscriptions: dict[Subscription, None] = {}
        for name in KEYS:
            self.add(name, interval=price_interval if name == "price_updates" else 0.0)
        prices = self.topics["price_updates"]
        self._unbatched = prices if isinstance(prices, StateTopic) and not price_interval else None
        """The prices, when every change of them is sent: no value is replaced before it was read."""

    def add(self, name: str, *, interval: float = 0.0) -> Topic:
        """The topic of that name, made when there is none yet: a log, unless it is one of the standard states."""
        if name not in self.topics:
            made = STATES[name](name, interval=interval) if name in STATES else EventTopic(name, history=self._history)
            self.topics[name] = made
            self._audiences[name] = Audience()
            if isinstance(topic := self.topics[name], StateTopic) and interval:
                self._batched.append(topic)
        return self.topics[name]

    def keep(self, history: int) -> None:
        """Keep at least so many messages of every log, also of those that are added later."""
        self._history = max(self._history, history)
        for topic in self.topics.values():
            if isinstance(topic, EventTopic):
                topic.keep(history)

    def open(self, wake: Callable[[], None]) -> Subscription:
        """Add a reader with an empty subscription.

        `wake` is called, and must not wait, when a topic that it reads moves on; then not again until it takes.
        """
        subscription = Subscription(self.topics, self._audiences, wake)
        self._subscriptions[subscription] = None
        return subscription

    def mailbox(self, bell: Bell) -> Mailbox:
        """A mailbox that does not count as a reader, for who reads in place of several that do."""
        return Mailbox(self.topics, self._audiences, bell)

    def close(self, subscription: Subscription) -> None:
        """Take a reader away; one that is gone already is no error."""
        self._subscriptions.pop(subscription, None)
        subscription.mailbox.close()

    @property
    def readers(self) -> int:
        """How many readers have subscribed to something."""
        return sum(bool(s.mailbox.subscriptions) for s in self._subscriptions)

    @property
    def blocked(self) -> bool:
        """Whether some reader cannot take more just now."""
        return any(s.blocked for s in self._subscriptions)

    def values(self, name: str) -> dict[str, Any]:
        """The newest message of every key of a topic."""
        return {entry.key: entry.message for entry in self.topics[name].entries()}

    def messages(self, name: str) -> list[Any]:
        """What a topic holds: the newest message of every key of a state, the recent ones of a log.

        Raises UserError for a topic that there is not.
        """
        return [entry.message for entry in self.entries(name)]

    def entries(self, name: str) -> tuple[Entry, ...]:
        """The same with each message's place in the topic; raises UserError for a topic that there is not."""
        if name not in self.topics:
            raise UserError(f"there is no topic {name!r}; there are {', '.join(self.topics)}")
        return self.topics[name].entries()

    def publish(self, topic: str, message: Any, ts: int) -> None:
        """Number a message, keep it, and wake its readers when they can see it."""
        key, source, audience = _key(topic, message), self.topics[topic], self._audiences[topic]
        if source is self._unbatched and audience.coming:
            audience.hurry(self._unbatched.place(key))
        before = source.seq
        if source.publish(key, message, ts):
            audience.tell((key,), before)

    @property
    def due(self) -> int | None:
        """When the next batch is released (epoch µs); None when nothing waits."""
        return min((due for topic in self._batched if (due := topic.due()) is not None), default=None)

    def advance(self, ts: int) -> None:
        """Release the batches that are due at `ts` (epoch µs)."""
        for topic in self._batched:
            if (due := topic.due()) is not None and due <= ts:
                self._release(topic, ts)

    def flush(self) -> None:
        """Release everything that waits."""
        for topic in self._batched:
            self._release(topic)

    def _release(self, topic: StateTopic, ts: int | None = None) -> None:
        before, keys = topic.seq, topic.waiting()
        if topic.release(ts):
            self._audiences[topic.name].tell(keys, before)


def _key(topic: str, message: Any) -> str:
    field = KEYS.get(topic, "symbol")
    key = message.get(field, "") if isinstance(message, dict) else getattr(message, field, "")
    return key if type(key) is str else str(key)
