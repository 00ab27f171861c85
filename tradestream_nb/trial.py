"""A handler run apart, on states of its own: what it would say, without anyone hearing it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from copy import deepcopy
from io import TextIOBase
from threading import RLock, get_ident
from typing import Any, NamedTuple

import msgspec

from tradestream_nb.errors import ISOLATED, last_line, one_line
from tradestream_nb.spec import HandlerSpec

ATOMS = (int, float, str, bytes, tuple, frozenset, msgspec.Struct)

_one_at_a_time = RLock()


class Outcome(NamedTuple):
    """What a handler said to one event, or how it failed on it."""

    messages: list[Any]
    error: str = ""


class Trial:
    """Takes events through a handler with the parameters it has now; never raises what the handler does."""

    def __init__(self, spec: HandlerSpec, call: Callable[..., Any]) -> None:
        """`call` takes `(event, state)`, also for a stateless handler."""
        self._spec, self._call = spec, call
        self._states: dict[Any, Any] = {}

    def begin(self, key: Any, state: Any) -> None:
        """Start a key from a copy of `state`, unless it has started already; from None when that has no copy."""
        if key in self._states:
            return
        try:
            self._states[key] = copied(state)
        except Exception:
            self._states[key] = None

    def take(self, event: Any, key: Any) -> Outcome:
        """One event through the handler; one that it does not take means nothing to it."""
        if type(event) not in self._spec.on:
            return Outcome([])
        try:
            returned = self._call(event, self._states.get(key))
            state, messages = self._spec.parts(returned if self._spec.stateful else returned[1])
        except ISOLATED as error:
            return Outcome([], _told(error, self._spec.file))
        self._states[key] = state
        return Outcome(messages)


class Ear(TextIOBase):
    """Keeps to itself what the thread that made it prints, and lets the others print where they did."""

    def __init__(self) -> None:
        self.heard = False
        """Whether that thread has printed anything."""
        self._thread, self._out = get_ident(), sys.stdout

    def write(self, text: str) -> int:
        """Take it, or pass it on."""
        if get_ident() != self._thread:
            return self._out.write(text)
        self.heard = True
        return len(text)


@contextmanager
def overheard() -> Iterator[Ear]:
    """Keep from the notebook what handlers print that are only tried; another thread that wants that too waits."""
    # There is one stdout, and whoever puts back what they found must not find another's ear.
    with _one_at_a_time, redirect_stdout(Ear()) as ear:
        yield ear


def copied(state: Any) -> Any:
    """A state that can be changed without changing the original: itself where nothing in it can change."""
    try:
        if state is None or (isinstance(state, ATOMS) and hash(state) is not None):
            return state
    except TypeError:
        pass
    return deepcopy(state)


def alike(one: Any, other: Any) -> bool:
    """Whether two values are equal, or so are their data, as NaN is to NaN."""
    # Arrays do not say in one word.
    with suppress(Exception):
        if one == other:
            return True
    return encoded(one) == encoded(other)


def encoded(value: Any) -> bytes:
    """Bytes that are equal for equal data; also NaN is equal to itself here."""
    try:
        # Not all copies of a set have its order.
        return _encode_sorted(value)
    except TypeError:
        return _encode(value)


def _told(error: BaseException, file: str) -> str:
    line = last_line(error, file)
    return one_line(error) if line is None else f"{one_line(error)} (line {line})"


def _plain(value: Any) -> Any:
    """What the encoding has no word for: the data of NumPy and pandas as Python's, other collections as lists."""
    if hasattr(value, "reset_index"):
        frame = value.reset_index()
        return [list(frame), frame.to_numpy().tolist()]
    if hasattr(value, "tolist"):
        return value.tolist()
    return list(value) if isinstance(value, Collection) else repr(value)


_encode_sorted = msgspec.msgpack.Encoder(enc_hook=_plain, order="deterministic").encode
_encode = msgspec.msgpack.Encoder(enc_hook=_plain).encode
"""For what cannot be sorted: numbers beside texts, or keys that are no text."""
