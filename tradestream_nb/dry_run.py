"""Takes events through one handler, here and now: what a notebook does before anything is live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from html import escape
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec
import pandas as pd

from tradestream_nb.contract import Handler, spec_of
from tradestream_nb.errors import UserError
from tradestream_nb.events import EVENT_TYPES, Bar, Event, Quote
from tradestream_nb.host import Host
from tradestream_nb.letter import DeadLetter
from tradestream_nb.messages import checked
from tradestream_nb.progress import followed
from tradestream_nb.sources.replay import ReplaySource
from tradestream_nb.sources.table import frame_table
from tradestream_nb.sources.tape import Tape
from tradestream_nb.tables import table

SHOWN = 10
"""Messages, and failures, that a notebook shows of a run; the last ones."""


class Run(msgspec.Struct, frozen=True):
    """What came of it; shows itself as a line and its messages as a table."""

    handler: str
    topic: str
    events: int
    messages: list[Any]
    state: dict[Any, Any]
    """The final state by key; hand it to the next run to go on from there."""
    failed: int
    """Events that the handler failed on."""
    dead_letters: list[DeadLetter]
    """Those events, the newest thousand."""
    seconds: float
    interrupted: bool = False
    """Whether it was stopped; `events` then counts the one that it was stopped in, too."""

    @property
    def df(self) -> pd.DataFrame:
        """The messages, one a row, with `time` in UTC."""
        return table(self.messages, self.topic)

    def __repr__(self) -> str:
        """The figures; the time taken is not among them, so that two equal runs look the same."""
        failed = f", {self.failed:,} failed" if self.failed else ""
        stopped = ", interrupted" if self.interrupted else ""
        return f"<Run {self.handler}: {self.events:,} events -> {len(self.messages):,} messages{failed}{stopped}>"

    def _repr_html_(self) -> str:
        messages = table(self.messages[-SHOWN:], self.topic).to_html(index=False) if self.messages else ""
        errors = "".join(f"<li>{escape(letter.error)}</li>" for letter in self.dead_letters[-SHOWN:])
        return f"<p>{escape(repr(self))}</p>{messages}{f'<ul>{errors}</ul>' if errors else ''}"


def run(
    handler: Handler,
    events: Iterable[Event] | pd.DataFrame | str | Path,
    state: dict[Any, Any] | None = None,
    **parameters: Any,
) -> Run:
    """Take `events` in their order through `handler`, from `state` by key, with these parameters.

    A file's path, or "sample", stands for its events. A DataFrame is read as a file is: a row of open, high, low and
    close is a Quote and a Bar, any other a Quote; its columns, or its index, hold the times. Nothing is live: no
    thread, no clock, the same events give the same run. A failing event becomes a dead letter and the others go on.
    The stop button ends it with what there is. What takes long shows a bar. Raises UserError for a function that is
    no handler, a parameter that it does not have, a file or DataFrame that holds no prices, or what are no events.
    """
    spec = spec_of(handler)
    messages: list[Any] = []
    host = Host([handler], emit=lambda topic, emitted, ts: messages.extend(checked(topic, emitted)))
    host.configure(spec.name, parameters)
    host.restore(spec.name, _states(state))
    facts = _facts(events)
    taken, began = count(), perf_counter()
    interrupted = not _through(host, facts, taken, spec.name)
    took = perf_counter() - began
    return Run(
        handler=spec.name,
        topic=spec.topic,
        events=next(taken),
        messages=messages,
        state=host.state(spec.name),
        failed=host.errors[spec.name],
        dead_letters=list(host.dead_letters),
        seconds=took,
        interrupted=interrupted,
    )


def frame_events(frame: pd.DataFrame) -> list[Quote | Bar]:
    """The events of a DataFrame of prices, in the order of its times; raises DataFileError where it holds none."""
    tape = Tape(frame_table(frame))
    return list(tape.events(range(len(tape.times)), 0))


def _facts(events: Iterable[Event] | pd.DataFrame | str | Path) -> Iterable[Event]:
    if isinstance(events, pd.DataFrame):
        return frame_events(events)
    if isinstance(events, (str, Path)):
        return ReplaySource(events).events()
    if isinstance(events, Event) or not isinstance(events, Iterable):
        raise UserError(f"run takes a list of events, a DataFrame or a file, not {events!r}")
    return events


def _states(state: dict[Any, Any] | None) -> dict[Any, Any]:
    if state is not None and not isinstance(state, dict):
        raise UserError(f"run takes a state for each key, such as {{'AAPL': {state!r}}}, not {state!r} itself")
    return state or {}


def _known(events: Iterable[Event]) -> Iterator[Event]:
    """The events as they are; raises UserError at what is none."""
    for event in events:
        if type(event) not in EVENT_TYPES:
            raise UserError(f"run takes events, and {event!r} is none")
        yield event


def _through(host: Host, events: Iterable[Event], taken: count[int], name: str) -> bool:
    """Take all events, and count them; False when somebody pressed stop."""
    try:
        with closing(followed(events, name)) as steps:
            host.process_all(_known(event for event, _ in zip(steps, taken, strict=False)))
    except KeyboardInterrupt:
        return False
    return True
