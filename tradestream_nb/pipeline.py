"""One event through everything that reacts to it, in one fixed order, so that the same events give the same bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from tradestream_nb.contract import Handler
from tradestream_nb.events import Event
from tradestream_nb.host import DeadLetter, Host, Retried
from tradestream_nb.hub import Hub
from tradestream_nb.messages import checked

React = Callable[[Any], Iterable[Event] | None]
"""Looks at an event, or at a message that a handler emitted, and gives the events that follow from it."""


class Pipeline:
    """Events in, messages on the hub; the events that follow from one of them queue up behind it."""

    def __init__(
        self, handlers: Iterable[Handler], hub: Hub, reactors: Iterable[React] = (), *, record: int = 0
    ) -> None:
        """`record` is how many events of each handler the host keeps, to try new code on."""
        self.hub, self.host = hub, Host(handlers, emit=self._publish, record=record, open_topic=hub.add)
        self.events = 0
        self._reactors = tuple(reactors)
        self._queue: deque[Event] = deque()
        self._said: list[Any] = []
        self._busy = False

    def put(self, event: Event) -> None:
        """Take one event, and all that follow from it, through hub, host and reactors."""
        self._queue.append(event)
        if not self._busy:
            self._work()

    def swap(self, function: Handler) -> None:
        """Put a handler in, or in place of the one of its name, between two events; its topic is there from now on."""
        self.host.swap(function)

    def retry(self, letters: Iterable[DeadLetter] | None = None) -> Retried:
        """Retry dead letters as the host does, and let what reacts to messages see the new ones at once."""
        with self._alone():
            return self.host.retry(letters)

    def advance(self, ts: int) -> None:
        """Let time pass without an event: fire timers and release batches that are due at `ts` (epoch µs)."""
        with self._alone():
            self.host.advance(ts)
            self.hub.advance(ts)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let events that come meanwhile wait, and take them and all that follows at the end."""
        self._busy = True
        try:
            yield
            self._react()
        finally:
            self._busy = False
        self._work()

    def _work(self) -> None:
        self._busy = True
        try:
            while self._queue:
                self._take(self._queue.popleft())
        finally:
            self._busy = False

    def _take(self, event: Any) -> None:
        self.events += 1
        self.hub.advance(event.ts)
        self.host.process(event)
        self._react(event)

    def _publish(self, topic: str, messages: Any, ts: int) -> None:
        """Runs inside a handler's turn, so that nobody reacts yet: their failures are not the handler's."""
        for message in checked(topic, messages):
            self.hub.publish(topic, message, ts)
            self._said.append(message)

    def _react(self, *facts: Any) -> None:
        """Ask every reactor about the messages since the last time, and then about these facts."""
        said, self._said = self._said, []
        for fact in (*said, *facts):
            for react in self._reactors:
                if events := react(fact):
                    self._queue.extend(events)
