"""Topics and the readers subscribed to them; knows nothing of how a reader is reached."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from tradestream_nb.errors import UserError
from tradestream_nb.mailbox import Mailbox
from tradestream_nb.topics import Entry, EventTopic, StateTopic, Topic

KEYS = {"price_updates": "symbol", "signals": "symbol", "portfolio": "account", "trades": "symbol", "health": "stream"}
"""What each standard topic is keyed by; a topic of the user's own is keyed by `symbol` where its messages have one."""
STATES = ("price_updates", "portfolio", "health")


class Subscription:
    """One reader: its mailbox, and how to tell it that there is something in it."""

    def __init__(self, topics: Mapping[str, Topic], wake: Callable[[], None]) -> None:
        self.mailbox, self.wake = Mailbox(topics), wake
        self.wake_at_once = wake
        """The same for what is about to be overtaken and must not be; may be replaced by the reader."""
        self.blocked = False
        """Set by a reader that cannot take more just now; a replay at full speed waits for it."""


class Hub:
    """Publishes messages to topics and wakes the readers; used from one thread."""

    def __init__(self, *, price_interval: float = 0.0, epoch: str | None = None) -> None:
        """`price_interval` is the least time between two price batches, in seconds of the messages' own clock."""
        self.epoch = epoch or secrets.token_hex(6)
        self.topics: dict[str, Topic] = {}
        self._batched: list[StateTopic] = []
        """The topics in which something may wait for its interval."""
        self._subscriptions: list[Subscription] = []
        for name in KEYS:
            self.add(name, interval=price_interval if name == "price_updates" else 0.0)

    def add(self, name: str, *, interval: float = 0.0) -> Topic:
        """The topic of that name, made when there is none yet: a log, unless it is one of the standard states."""
        if name not in self.topics:
            self.topics[name] = StateTopic(name, interval=interval) if name in STATES else EventTopic(name)
            if isinstance(topic := self.topics[name], StateTopic) and interval:
                self._batched.append(topic)
        return self.topics[name]

    def open(self, wake: Callable[[], None]) -> Subscription:
        """Add a reader with an empty subscription; `wake` is called, and must not wait, when a topic moves on."""
        subscription = Subscription(self.topics, wake)
        self._subscriptions.append(subscription)
        return subscription

    def close(self, subscription: Subscription) -> None:
        """Take a reader away; one that is gone already is no error."""
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)

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
        """Number a message, keep it, and wake the readers when they can see it."""
        key = _key(topic, message)
        if topic == "price_updates" and not self._batched:
            self._send_before(topic, key)
        if self.topics[topic].publish(key, message, ts):
            self._wake()

    def advance(self, ts: int) -> None:
        """Release the batches that are due at `ts` (epoch µs)."""
        for topic in self._batched:
            if (due := topic.due()) is not None and due <= ts and topic.release(ts):
                self._wake()

    def flush(self) -> None:
        """Release everything that waits."""
        if any([topic.release() for topic in self._batched]):
            self._wake()

    def _send_before(self, topic: str, key: str) -> None:
        """Without an interval every change is sent: one that a reader has not had yet goes out before the next."""
        state = self.topics[topic]
        unread = state.place(key) if isinstance(state, StateTopic) else 0
        for subscription in tuple(self._subscriptions):
            if subscription.mailbox.cursor(topic) < unread:
                subscription.wake_at_once()

    def _wake(self) -> None:
        for subscription in tuple(self._subscriptions):
            subscription.wake()


def _key(topic: str, message: Any) -> str:
    field = KEYS.get(topic, "symbol")
    return str(message.get(field, "") if isinstance(message, dict) else getattr(message, field, ""))
