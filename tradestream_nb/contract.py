"""The handler contract: `@handler` marks a plain function, reads its signature and gives the function back."""

from __future__ import annotations

import hashlib
import inspect
import marshal
from collections.abc import Callable, Mapping
from math import inf
from typing import Any, TypeVar, get_args

import msgspec

from tradestream_nb.errors import HandlerDefinitionError, UserError
from tradestream_nb.events import EVENT_TYPES, Event, Timer

Handler = Callable[..., Any]
F = TypeVar("F", bound=Handler)

LEAST_PERIOD = 0.001
"""Seconds between two timer events of a handler."""


class Parameter(msgspec.Struct, frozen=True):
    """A keyword-only argument of a handler: what a notebook shows as a slider and a runner reads from its options."""

    name: str
    default: Any

    def convert(self, value: Any) -> Any:
        """`value`, which may be text, as the type of the default; raises msgspec.ValidationError when it is not one."""
        if self.default is None:
            return value
        return msgspec.convert(value, type(self.default), strict=False)


class HandlerSpec(msgspec.Struct, frozen=True):
    """What `@handler` read: which events a function takes, how its state is keyed and where its messages go."""

    name: str
    on: tuple[type[Event], ...]
    key: str | None
    topic: str
    every: float | None
    stateful: bool
    parameters: Mapping[str, Parameter]
    version: str
    """Changes when the function's source does."""
    file: str
    line: int


def handler(*, on: Any, topic: str, key: str | None = None, every: float | None = None) -> Callable[[F], F]:
    """Mark a function as the logic of one stream and return that same function, still callable by hand.

    `on` is an event type, a tuple or a union of them; `key` the event attribute that picks the state (None keeps one
    state for all); `topic` where the messages go; `every` asks for a `Timer` event each so many seconds.
    Raises HandlerDefinitionError, with file and line, when the signature does not fit.
    """

    def mark(function: F) -> F:
        function.__handler__ = read(function, on=on, topic=topic, key=key, every=every)  # type: ignore[attr-defined]
        return function

    return mark


def spec_of(function: Handler) -> HandlerSpec:
    """The contract of a function marked with `@handler`; raises UserError for any other."""
    spec = getattr(function, "__handler__", None)
    if not isinstance(spec, HandlerSpec):
        name = getattr(function, "__name__", repr(function))
        raise UserError(f"{name} is not a handler: put @handler(on=…, topic=…) above its def")
    return spec


def read(function: Handler, *, on: Any, topic: str, key: str | None, every: float | None) -> HandlerSpec:
    """Read and check a function's contract."""
    place = _Place(function)
    events = _event_types(on, place)
    arguments = list(inspect.signature(function).parameters.values())
    positional = [a for a in arguments if a.kind in (a.POSITIONAL_ONLY, a.POSITIONAL_OR_KEYWORD)]
    keyword = [a for a in arguments if a.kind is a.KEYWORD_ONLY]
    place.demand(
        len(positional) in (1, 2) and len(positional) + len(keyword) == len(arguments),
        "takes (event) or (event, state), then keyword-only parameters after *",
    )
    for argument in keyword:
        place.demand(argument.default is not argument.empty, f"needs a default for its parameter {argument.name!r}")
    for event in events:
        fits = key is None or event is Timer or key in event.__struct_fields__
        place.demand(fits, f"is keyed by {key!r}, which {event.__name__} does not have")
    place.demand(bool(topic), "needs the name of a topic")
    place.demand(every is None or LEAST_PERIOD <= every < inf, f"needs every= in seconds, at least {LEAST_PERIOD}")
    place.demand((every is not None) == (Timer in events), "takes Timer in on= together with every=, or neither")
    return HandlerSpec(
        name=place.name,
        on=events,
        key=key,
        topic=topic,
        every=every,
        stateful=len(positional) == 2,
        parameters={a.name: Parameter(a.name, a.default) for a in keyword},
        version=_version(function),
        file=place.file,
        line=place.line,
    )


class _Place:
    """Where a handler stands, for errors that point there."""

    def __init__(self, function: Handler) -> None:
        self.name = function.__name__
        self.file, self.line = function.__code__.co_filename, function.__code__.co_firstlineno

    def demand(self, holds: bool, otherwise: str) -> None:
        if not holds:
            raise HandlerDefinitionError(f"handler {self.name!r} {otherwise}", file=self.file, line=self.line)


def _event_types(on: Any, place: _Place) -> tuple[type[Event], ...]:
    events = get_args(on) or (on if isinstance(on, tuple) else (on,))
    known = ", ".join(event.__name__ for event in EVENT_TYPES)
    place.demand(bool(events), f"needs an event type in on=: {known}")
    for event in events:
        name = getattr(event, "__name__", repr(event))
        place.demand(event in EVENT_TYPES, f"is on {name!r}, which is no event type; there are {known}")
    return events


def _version(function: Handler) -> str:
    """Twelve hex digits of the source's hash; of the byte code where there is no source to read."""
    try:
        text = inspect.getsource(function).encode()
    except (OSError, TypeError):
        text = marshal.dumps(function.__code__)
    return hashlib.sha256(text).hexdigest()[:12]
