"""The handler contract: `@handler` marks a plain function, reads its signature and gives the function back."""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Callable, Mapping
from functools import partial
from math import inf, isnan
from types import FunctionType
from typing import Any, Literal, TypeVar, get_args, get_type_hints

import msgspec

from tradestream_nb import definitions
from tradestream_nb.card import card
from tradestream_nb.errors import ContractViolation, HandlerDefinitionError, UserError
from tradestream_nb.events import EVENT_TYPES, Event, Timer
from tradestream_nb.fingerprint import fingerprint
from tradestream_nb.messages import checked

Handler = Callable[..., Any]
Swap = Literal["auto", "ask"]
F = TypeVar("F", bound=Handler)

LEAST_PERIOD = 0.001
"""Seconds between two timer events of a handler."""
OWN_TOPIC = "health"


class Parameter(msgspec.Struct, frozen=True):
    """A keyword-only argument of a handler: what a notebook shows as a slider and a runner reads from its options."""

    name: str
    default: Any
    hint: Any = None
    """Its annotation, bounds and all; None where there is none, or one that cannot be resolved."""

    @property
    def kind(self) -> Any:
        """The type of its values: the annotation, else that of the default."""
        return self.hint or (Any if self.default is None else type(self.default))

    def convert(self, value: Any) -> Any:
        """`value`, which may be text, as its kind; raises msgspec.ValidationError when it is none or out of bounds."""
        converted = msgspec.convert(value, self.kind, strict=False)
        if isinstance(converted, float) and isnan(converted):
            raise msgspec.ValidationError("Expected a number")
        return converted


class HandlerSpec(msgspec.Struct, frozen=True):
    """What `@handler` read: which events a function takes, how its state is keyed and where its messages go."""

    name: str
    on: tuple[type[Event], ...]
    key: str | None
    topic: str
    every: float | None
    stateful: bool
    parameters: Mapping[str, Parameter]
    swap: Swap
    """Whether a notebook puts in what a cell has defined at once, or offers it first."""
    version: str
    """Changes with the function's source and with what it uses of its own file or notebook."""
    file: str
    line: int

    def __str__(self) -> str:
        """`price_updates: Quote by symbol -> price_updates`."""
        on = " | ".join(event.__name__ for event in self.on)
        by = f" by {self.key}" if self.key else ""
        every = f", every {self.every:g} s" if self.every else ""
        return f"{self.name}: {on}{by}{every} -> {self.topic}"

    def converted(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Values for parameters, each as its kind; raises UserError for one that does not fit."""
        return {name: self._converted(name, value) for name, value in parameters.items()}

    def parts(self, returned: Any) -> tuple[Any, list[Any]]:
        """State and messages of what a call returned; raises ContractViolation for what are not these two."""
        try:
            state, messages = returned if self.stateful else (None, returned)
        except (TypeError, ValueError):
            raise ContractViolation(self.name, "did not return (state, messages)") from None
        return state, list(checked(self.topic, messages or ()))

    def _converted(self, name: str, value: Any) -> Any:
        parameter = self.parameters.get(name)
        if parameter is None:
            known = ", ".join(self.parameters) or "none"
            raise UserError(f"handler {self.name!r} has no parameter {name!r}; it has {known}")
        try:
            return parameter.convert(value)
        except msgspec.ValidationError as error:
            raise UserError(f"{self.name}.{name} = {value!r}: {error}") from None


def handler(
    *unnamed: None,
    on: Any = (),
    topic: str = "",
    key: str | None = None,
    every: float | None = None,
    swap: Swap = "auto",
) -> Callable[[F], F]:
    """Mark a function as the logic of one stream and return that same function, still callable by hand.

    `on` is an event type, a tuple or a union of them; `key` the event attribute that picks the state (None keeps one
    state for all); `topic` where the messages go; `every` asks for a `Timer` event each so many seconds. With
    `swap="ask"` a notebook does not put a new version in by itself.

    The function gets a `step(event, state=None, **parameters)`, which always gives `(state, messages)`.
    Raises HandlerDefinitionError, with file and line, when the signature does not fit.
    """

    if unnamed:
        raise UserError("@handler takes all it needs by name, in parentheses: @handler(on=Quote, topic='prices')")

    def mark(function: F) -> F:
        spec = read(function, on=on, topic=topic, key=key, every=every, swap=swap)
        vars(function).update(
            __handler__=spec,
            step=partial(_step, function),
            _repr_mimebundle_=partial(_card, function),
            _ipython_display_=partial(_display, function),
        )
        definitions.tell(function)
        return function

    return mark


def on_define(listener: Callable[[Handler], None]) -> Callable[[], None]:
    """Tell `listener` of every function marked from now on, but for those of files; returns what makes it stop.

    It hears on the thread that defines, before the name is bound. A UserError of its own is raised there; any other
    error is logged and the definition stands.
    """
    return definitions.listen(listener)


def renew(function: Handler) -> HandlerSpec:
    """Read a handler's version again, for what it uses may have been defined since; returns its contract."""
    spec = msgspec.structs.replace(spec_of(function), version=fingerprint(function))
    vars(function)["__handler__"] = spec
    return spec


def spec_of(function: Handler) -> HandlerSpec:
    """The contract of a function marked with `@handler`; raises UserError for any other."""
    spec = getattr(function, "__handler__", None)
    if not isinstance(spec, HandlerSpec):
        name = getattr(function, "__name__", repr(function))
        raise UserError(f"{name} is not a handler: put @handler(on=…, topic=…) above its def")
    return spec


def read(
    function: Handler, *, on: Any, topic: str, key: str | None, every: float | None, swap: Swap = "auto"
) -> HandlerSpec:
    """Read and check a function's contract."""
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
    hints = _hints(function)
    return HandlerSpec(
        name=place.name,
        on=events,
        key=key,
        topic=topic,
        every=every,
        stateful=len(positional) == 2,
        parameters={a.name: Parameter(a.name, a.default, hints.get(a.name)) for a in keyword},
        swap=swap,
        version=fingerprint(function),
        file=place.file,
        line=place.line,
    )


class _Place:
    """Where a handler stands, for errors that point there."""

    def __init__(self, function: Handler) -> None:
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
        place.demand(event in EVENT_TYPES, f"is on {name!r}, which is no event type; there are {known}")
    return events


def _check_topic(topic: Any, place: _Place) -> None:
    is_name = isinstance(topic, str) and topic.isprintable() and bool(topic.strip())
    place.demand(is_name, f"needs topic= to be a name, not {topic!r}")
    place.demand(topic != OWN_TOPIC, f"is on topic {topic!r}, where the streams tell how they are; name another")


def _step(function: Handler, /, event: Event, state: Any = None, **parameters: Any) -> tuple[Any, list[Any]]:
    """One event through a handler by hand: the state after it, None for a stateless one, and its messages.

    Raises UserError for an event or a parameter that it does not take, ContractViolation for what it returns.
    """
    spec = spec_of(function)
    if type(event) not in spec.on:
        known = " | ".join(each.__name__ for each in spec.on)
        raise UserError(f"handler {spec.name!r} takes {known}, not {type(event).__name__}")
    arguments = (event, state) if spec.stateful else (event,)
    return spec.parts(function(*arguments, **spec.converted(parameters)))


def _hints(function: Handler) -> dict[str, Any]:
    """The annotations; none where they name what is not there."""
    try:
        return get_type_hints(function, include_extras=True)
    except (NameError, TypeError):
        return {}


def _card(function: Handler, include: Any = None, exclude: Any = None) -> dict[str, str]:
    """What IPython shows of a handler, in the kinds that it asks for."""
    spec = renew(function)
    defaults = {name: parameter.default for name, parameter in spec.parameters.items()}
    place = f"cell, line {spec.line}" if function.__module__ == "__main__" else f"{spec.file}:{spec.line}"
    about = (inspect.getdoc(function) or "").partition("\n")[0]
    return card(str(spec), about, defaults, f"version {spec.version} · {place}")


def _display(function: Handler) -> None:
    """Show the card in a cell: by itself IPython has a printer for functions that replaces the line."""
    vars(builtins)["get_ipython"]().display_pub.publish(_card(function))
