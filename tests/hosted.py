"""A host, what it emitted, and small handlers to run in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tradestream_nb import Quote, Timer, handler
from tradestream_nb.contract import Handler
from tradestream_nb.events import Event
from tradestream_nb.host import Host

Emitted = tuple[str, Any, int]


class Recorder:
    """A host and what it emitted."""

    def __init__(self, *handlers: Handler, record: int = 0) -> None:
        self.emitted: list[Emitted] = []
        self.host = Host(handlers, emit=self.emit, record=record)

    def emit(self, topic: str, messages: Iterable[Any], ts: int) -> None:
        self.emitted += [(topic, message, ts) for message in messages]

    def feed(self, *events: Event) -> Recorder:
        for event in events:
            self.host.process(event)
        return self

    @property
    def messages(self) -> list[Any]:
        return [message for _, message, _ in self.emitted]


@handler(on=Quote, key="symbol", topic="counts")
def count(quote: Quote, state: int | None, *, step: int = 1) -> tuple[int, list[Any]]:
    total = (state or 0) + step
    return total, [{"symbol": quote.symbol, "n": total}]


def count_by(step: int) -> Handler:
    """Another version of `count`."""

    def count(quote: Quote, state: int | None) -> tuple[int, list[Any]]:
        total = (state or 0) + step
        return total, [{"symbol": quote.symbol, "n": total}]

    return handler(on=Quote, key="symbol", topic="counts")(count)


def broken_count() -> Handler:
    """A version of `count` that fails on every event."""

    def count(quote: Quote, state: int | None) -> tuple[int, list[Any]]:
        return 1 // 0, []

    return handler(on=Quote, key="symbol", topic="counts")(count)


LONG = "long " * 20 + "end"
"""More than the fifty characters at which pandas cuts a text, unless it is told not to."""


def wordy_count() -> Handler:
    """A version of `count` that fails on every event with many words."""

    def count(quote: Quote, state: int | None) -> tuple[int, list[Any]]:
        raise ValueError(LONG)

    return handler(on=Quote, key="symbol", topic="counts")(count)


@handler(on=Quote, key="symbol", topic="picky")
def picky(quote: Quote, state: int | None) -> tuple[int, list[Any]]:
    if quote.last == 13.0:
        raise ValueError("unlucky")
    return (state or 0) + 1, []


@handler(on=Quote | Timer, key="symbol", topic="ticks", every=3)
def ticking(event: Quote | Timer, state: str | None) -> tuple[str, list[Any]]:
    if isinstance(event, Timer):
        return state or "", [{"symbol": state, "at": event.ts}]
    return event.symbol, []


def numbers(recorder: Recorder) -> list[int]:
    return [message["n"] for message in recorder.messages]
