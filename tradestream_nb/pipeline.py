"""One event through everything that reacts to it, in one fixed order, so that the same events give the same bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from tradestream_nb.contract import Handler, spec_of
from tradestream_nb.events import Event
from tradestream_nb.host import Host
from tradestream_nb.hub import Hub
from tradestream_nb.messages import checked

React = Callable[[Any], Iterable[Event] | None]
"""Looks at an event, or at a message that a handler emitted, and gives the events that follow from it."""


class Pipeline:
    """Events in, messages on the hub; the events that follow from one of them queue up behind it."""

    def __init__(self, handlers: Iterable[Handler], hub: Hub, reactors: Iterable[React] = ()) -> None:
        handlers = list(handlers)
        for function in handlers:
            hub.add(spec_of(function).topic)
        self.hub, self.host = hub, Host(handlers, emit=self._publish)
        self.events = 0
        self._reactors = tuple(reactors)
        self._queue: deque[Event] = deque()
        self._busy = False

    def put(self, event: Event) -> None:
        """Take one event, and all that follow from it, through hub, host and reactors."""
        self._queue.append(event)
        if not self._busy:
            self._work()

    def advance(self, ts: int) -> None:
        """Let time pass without an event: fire timers and release batches that are due at `ts` (epoch µs)."""
        self._busy = True
        try:
            self.host.advance(ts)
            self.hub.advance(ts)
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
        for message in checked(topic, messages):
            self.hub.publish(topic, message, ts)
            self._react(message)

    def _react(self, fact: Any) -> None:
        for react in self._reactors:
            self._queue.extend(react(fact) or ())
