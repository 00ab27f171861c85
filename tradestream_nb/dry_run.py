"""Takes events through one handler, here and now: what a notebook does before anything is live."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from time import perf_counter
from typing import Any

import msgspec
import pandas as pd

from tradestream_nb.contract import Handler, spec_of
from tradestream_nb.events import Event
from tradestream_nb.host import DeadLetter, Host
from tradestream_nb.messages import checked
from tradestream_nb.tables import table


class Run(msgspec.Struct, frozen=True):
    """What came of it; shows itself as a line and its messages as a table."""

    handler: str
    topic: str
    events: int
    messages: list[Any]
    state: dict[Any, Any]
    """The final state by key; hand it to the next run to go on from there."""
    dead_letters: list[DeadLetter]
    seconds: float

    @property
    def df(self) -> pd.DataFrame:
        """The messages, one a row, with `time` in UTC."""
        return table(self.messages, self.topic)

    def __repr__(self) -> str:
        """The figures; the time taken is not among them, so that two equal runs look the same."""
        failed = f", {len(self.dead_letters)} failed" if self.dead_letters else ""
        return f"<Run {self.handler}: {self.events:,} events -> {len(self.messages):,} messages{failed}>"


def run(handler: Handler, events: Iterable[Event], state: dict[Any, Any] | None = None, **parameters: Any) -> Run:
    """Take `events` in their order through `handler`, from `state` by key, with these parameters.

    Nothing is live: no thread, no clock, the same events give the same run. A failing event becomes a dead letter and
    the others go on. Raises UserError for a function that is no handler or a parameter it does not have.
    """
    spec = spec_of(handler)
    messages: list[Any] = []
    host = Host([handler], emit=lambda topic, emitted, ts: messages.extend(checked(topic, emitted)))
    host.configure(spec.name, parameters)
    host.restore(spec.name, state or {})
    counted, began = count(), perf_counter()
    host.process_all(event for event, _ in zip(events, counted, strict=False))
    took = perf_counter() - began
    return Run(spec.name, spec.topic, next(counted), messages, host.state(spec.name), list(host.dead_letters), took)
