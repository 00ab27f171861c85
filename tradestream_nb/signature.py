"""Reads a handler's contract from its signature, and refuses what does not fit, with file and line."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from math import inf
from types import FunctionType
from typing import Any, get_args, get_type_hints

from tradestream_nb.errors import HandlerDefinitionError, UserError
from tradestream_nb.events import EVENT_TYPES, Event, Timer
from tradestream_nb.fingerprint import fingerprint
from tradestream_nb.spec import HandlerSpec, Parameter, Swap

LEAST_PERIOD = 0.001
"""Seconds between two timer events of a handler."""
OWN_TOPIC = "health"


def read(
    function: Callable[..., Any], *, on: Any, topic: str, key: str | None, every: float | None, swap: Swap
) -> HandlerSpec:
    """The contract of a function that is to be marked so; raises HandlerDefinitionError where they do not fit."""
    place = _Place(function)
    events = _event_types(on, place)
    asynchronous = inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
    place.demand(not asynchronous, "is async; a handler waits for nothing: write def")
    place.demand(not inspect.isgeneratorfunction(function), "yields; return its messages in a list")
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
    _check_topic(topic, place)
    periodic = isinstance(every, (int, float)) and LEAST_PERIOD <= every < inf
    place.demand(every is None or periodic, f"needs every= in seconds, at least {LEAST_PERIOD}, not {every!r}")
    place.demand((every is not None) == (Timer in events), "takes Timer in on= together with every=, or neither")
    place.demand(swap in get_args(Swap), f"needs swap= to be 'auto' or 'ask', not {swap!r}")
    return HandlerSpec(
        name=place.name,
        on=events,
        key=key,
        topic=topic,
        every=every,
        stateful=len(positional) == 2,
        parameters=_parameters(function, keyword, place),
        swap=swap,
        version=fingerprint(function),
        file=place.file,
        line=place.line,
    )


class _Place:
    """Where a handler stands, for errors that point there."""

    def __init__(self, function: Callable[..., Any]) -> None:
        if not isinstance(function, FunctionType):
            raise UserError(f"@handler marks a function made with def, not {function!r}")
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
        problem = f"is on {name!r}, which is no event type; there are {known}, and several as Quote | Bar"
        place.demand(event in EVENT_TYPES, problem)
    return events


def _check_topic(topic: Any, place: _Place) -> None:
    is_name = isinstance(topic, str) and topic.isprintable() and bool(topic.strip())
    place.demand(is_name, f"needs topic= to be a name, not {topic!r}")
    place.demand(topic != OWN_TOPIC, f"is on topic {topic!r}, where the streams tell how they are; name another")


def _parameters(
    function: Callable[..., Any], keyword: Iterable[inspect.Parameter], place: _Place
) -> dict[str, Parameter]:
    hints = _hints(function)
    parameters = [Parameter(argument.name, argument.default, hints.get(argument.name)) for argument in keyword]
    for one in parameters:
        place.demand(not one.problem, f"has {one.name}={one.default!r}, which its type forbids: {one.problem}")
    return {one.name: one for one in parameters}


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """The annotations; none where they name what is not there."""
    try:
        return get_type_hints(function, include_extras=True)
    except (NameError, TypeError):
        return {}
