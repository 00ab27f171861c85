"""One event through everything that reacts to it, in one fixed order, so that the same events give the same bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from tradestream_nb.contract import Handler
from tradestream_nb.events import Event
from tradestream_nb.host import Host
from tradestream_nb.hub import Hub
from tradestream_nb.letter import DeadLetter, Retried
from tradestream_nb.messages import checked

React = Callable[[Any], Iterable[Event] | None]
"""Looks at a fact, an event or a message that a handler emitted, and gives the events that follow from it."""


class Reaction(NamedTuple):
    """Who reacts, and to facts of which types."""

    react: React
    to: tuple[type, ...] = (object,)


class Pipeline:
    """Events in, messages on the hub; the events that follow from one of them queue up behind it."""

    def __init__(
        self, handlers: Iterable[Handler], hub: Hub, reactions: Iterable[Reaction] = (), *, record: int = 0
    ) -> None:
        """`record` is how many events of each handler the host keeps, to try new code on."""
        self.hub, self.host = hub, Host(handlers, emit=self._publish, record=record, open_topic=hub.add)
        self.events = 0
        self._reactions = list(reactions)
        self._concerned: dict[type, tuple[React, ...]] = {}
        """Who reacts to facts of exactly this type, looked up when the first of them comes."""
        self._queue: deque[Any] = deque()
        self._facts: list[object] = []
        """What happened since somebody was last asked to react: an event after the messages that it led to."""
        self._busy = False

    def put(self, event: Event) -> None:
        """Take one event, and all that follow from it, through hub, host and reactors."""
        self._queue.append(event)
        if not self._busy:
            self._work()

    def add(self, reaction: Reaction) -> None:
        """Let someone react after the others, from the next event on."""
        self._reactions.append(reaction)
        self._concerned.clear()

    def swap(self, function: Handler) -> None:
        """Put a handler in, or in place of the one of its name, between two events; its topic is there from now on."""
        self.host.swap(function)

    def retry(self, letters: Iterable[DeadLetter] | None = None) -> Retried:
        """Retry dead letters as the host does, and let what reacts to messages see the new ones at once."""
        with self._alone():
            return self.host.retry(letters)

    @property
    def due(self) -> int | None:
        """When something has to happen without an event (epoch µs), 0 for at once; None when nothing has."""
        return min((due for due in (self.host.timers.due, self.hub.due) if due is not None), default=None)

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
                event = self._queue.popleft()
                self.events += 1
                self.hub.advance(event.ts)
                self.host.process(event)
                self._facts.append(event)
                self._react()
        finally:
            self._busy = False

    def _publish(self, topic: str, messages: Any, ts: int) -> None:
        """Runs inside a handler's turn, so that nobody reacts yet: their failures are not the handler's."""
        for message in checked(topic, messages):
            self.hub.publish(topic, message, ts)
            self._facts.append(message)

    def _react(self) -> None:
        """Ask those whom it concerns about each fact."""
        facts, self._facts = self._facts, []
        for fact in facts:
            concerned = self._concerned.get(type(fact))
            for react in self._those_for(type(fact)) if concerned is None else concerned:
                if events := react(fact):
                    self._queue.extend(events)

    def _those_for(self, kind: type) -> tuple[React, ...]:
        self._concerned[kind] = tuple([react for react, to in self._reactions if issubclass(kind, to)])
        return self._concerned[kind]
