"""A handler that runs beside the live one of its name: same events, a state of its own, nobody hears it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec
import pandas as pd

from tradestream_nb.trial import Trial, encoded

ROWS = 1_000
"""Compared events that are kept; older ones make room."""


class Row(NamedTuple):
    """What the live handler and the other one said to the same event."""

    ts: int
    """Epoch µs of the event."""
    key: Any
    live: list[Any]
    shadow: list[Any]
    error: str
    """How the other one failed, empty when it did not."""

    @property
    def differs(self) -> bool:
        """Whether anything else was said."""
        return bool(self.error) or encoded(self.live) != encoded(self.shadow)


class Shadow:
    """Keeps what both said, newest last; used on the stream's thread only."""

    def __init__(self, trial: Trial, stop: Callable[[Shadow], None]) -> None:
        self.rows: deque[Row] = deque(maxlen=ROWS)
        self._trial, self._stop = trial, stop

    @property
    def differences(self) -> list[Row]:
        """The rows in which the two said something else."""
        return [row for row in self.rows if row.differs]

    @property
    def df(self) -> pd.DataFrame:
        """The rows as a table, with `time` in UTC."""
        return rows_table(self.rows)

    def stop(self) -> None:
        """Run no longer; what was compared stays. A second call changes nothing."""
        self._stop(self)

    def begin(self, key: Any, state: Any) -> None:
        """Start a key from a copy of the live state, at the first event of it that is seen."""
        self._trial.begin(key, state)

    def compare(self, event: Any, key: Any, live: list[Any]) -> None:
        """Take an event that the live handler has just had, and what it said."""
        self.rows.append(compared(event, key, live, self._trial))


def compared(event: Any, key: Any, live: list[Any], trial: Trial) -> Row:
    """What `trial` says to an event beside what was said."""
    messages, error = trial.take(event, key)
    return Row(event.ts, key, live, messages, error)


def rows_table(rows: Iterable[Row], columns: Iterable[str] = Row._fields) -> pd.DataFrame:
    """These columns of rows as a table, with `ts` as `time` in UTC, first."""
    frame = pd.DataFrame(list(rows), columns=Row._fields)[list(columns)]
    frame.insert(0, "time", pd.to_datetime(frame.pop("ts"), unit="us", utc=True))
    return frame


def pared_table(rows: Iterable[Row], live: str, shadow: str) -> pd.DataFrame:
    """The same for people: where the two differ only in what they do, and a failure in place of what was not said."""
    known = list(rows)
    frame, pairs = rows_table(known, ("ts", "key")), [_pared(row) for row in known]
    frame[live] = [said for said, _ in pairs]
    frame[shadow] = [row.error or said for row, (_, said) in zip(known, pairs, strict=True)]
    return frame


def _pared(row: Row) -> tuple[list[Any], list[Any]]:
    live, shadow = (msgspec.to_builtins(said, enc_hook=repr) for said in (row.live, row.shadow))
    if not row.differs or len(live) != len(shadow):
        return [_stated(message) for message in live], [_stated(message) for message in shadow]
    pairs = list(zip(live, shadow, strict=True))
    return [_without(a, b) for a, b in pairs], [_without(b, a) for a, b in pairs]


def _stated(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if value is not None and name != "ts"}


def _without(message: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name not in other or other[name] != value}
