"""`@handler` marks a plain function as the logic of one stream, and gives the same function back."""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import msgspec

from tradestream_nb import definitions
from tradestream_nb.card import card
from tradestream_nb.errors import UserError
from tradestream_nb.events import Event
from tradestream_nb.fingerprint import fingerprint
from tradestream_nb.signature import read
from tradestream_nb.spec import HandlerSpec, Swap

Handler = Callable[..., Any]
F = TypeVar("F", bound=Handler)


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
