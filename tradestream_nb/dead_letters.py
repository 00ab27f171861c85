"""The events that handlers failed on, to be looked at and tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from typing import overload

import pandas as pd
from msgspec.structs import asdict, replace

from tradestream_nb.letter import DeadLetter, Retried

COLUMNS = ("time", "handler", "version", "key", "event", "error")
SHOWN = 10
"""Letters that a notebook shows; the newest ones."""

Retry = Callable[[Iterable[DeadLetter]], Retried]


class Counts(Retried):
    """How many went through this time and how many did not; says so in words."""

    def __repr__(self) -> str:
        if not sum(self):
            return "nothing to retry"
        failed = f", {self.failed:,} failed again" if self.failed else ""
        return f"{self.succeeded:,} went through{failed}"


class Traceback(str):
    """A traceback that a cell shows as it is meant to be read."""

    def __repr__(self) -> str:
        return self.rstrip()


class DeadLetters(Sequence[DeadLetter]):
    """What had failed when it was asked for, oldest first; a slice of it can be retried by itself."""

    def __init__(self, letters: Iterable[DeadLetter], retry: Retry) -> None:
        self._letters = tuple(replace(letter, traceback=Traceback(letter.traceback)) for letter in letters)
        self._retry = retry

    @overload
    def __getitem__(self, place: int) -> DeadLetter: ...
    @overload
    def __getitem__(self, place: slice) -> DeadLetters: ...
    def __getitem__(self, place: int | slice) -> DeadLetter | DeadLetters:
        if isinstance(place, slice):
            return DeadLetters(self._letters[place], self._retry)
        return self._letters[place]

    def __len__(self) -> int:
        return len(self._letters)

    def __iter__(self) -> Iterator[DeadLetter]:
        return iter(self._letters)

    @property
    def df(self) -> pd.DataFrame:
        """One row per letter: the event's time in UTC, handler, version, key, event and error."""
        rows = [{**asdict(letter), "time": letter.event.ts} for letter in self._letters]
        frame = pd.DataFrame(rows, columns=COLUMNS)
        frame["time"] = pd.to_datetime(frame["time"], unit="us", utc=True)
        return frame

    def retry(self) -> Counts:
        """Run these events again through the handlers as they are now; what goes through is emitted and forgotten."""
        return Counts(*self._retry(self._letters))

    def __repr__(self) -> str:
        """How many, and the newest error."""
        return f"<DeadLetters: {len(self):,}, newest {self[-1].error}>" if self._letters else "<DeadLetters: none>"

    def _repr_html_(self) -> str:
        if not self._letters:
            return "no handler has failed"
        table = self[-SHOWN:].df.fillna({"key": ""}).to_html(index=False)
        more = f"<p>and {len(self) - SHOWN:,} older ones</p>" if len(self) > SHOWN else ""
        newest = f"<pre>{escape(self[-1].traceback)}</pre>"
        return f"{table}{more}<details><summary>Traceback of the newest</summary>{newest}</details>"
