"""Runs handlers over events: keeps their state per key, isolates their errors, swaps their code."""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from operator import attrgetter
from typing import Any

import msgspec

from tradestream_nb.contract import Handler, HandlerSpec, spec_of
from tradestream_nb.errors import ContractViolation, UserError
from tradestream_nb.events import Event, Timer
from tradestream_nb.timers import Timers

DEAD_LETTERS = 1_000
"""Failed events that are kept to be looked at; older ones make room."""

Emit = Callable[[str, Any, int], None]
"""Takes what a handler returned as messages, with their topic and the epoch µs of the event; refuses all or none."""
Step = Callable[[Any], None]
"""Takes one event through a handler, or through several."""


class DeadLetter(msgspec.Struct, frozen=True):
    """An event that a handler failed on; the handler's state is as it was before."""

    handler: str
    version: str
    key: str | None
    event: Event
    error: str
    traceback: str


class Slot:
    """One handler in a host: its code, its parameters, its state by key and its record."""

    def __init__(self, function: Handler) -> None:
        self.function, self.spec = function, spec_of(function)
        self.parameters: dict[str, Any] = {name: p.default for name, p in self.spec.parameters.items()}
        self.states: dict[Any, Any] = {}
        self.errors = 0

    def key_of(self) -> Callable[[Any], Any]:
        """How to find the key of an event."""
        return attrgetter(self.spec.key) if self.spec.key else lambda event: None

    def call(self) -> Callable[..., Any]:
        """The function with the parameters that differ from its defaults, called as `(event, state)`."""
        changed = self.changed()
        function = partial(self.function, **changed) if changed else self.function
        return function if self.spec.stateful else lambda event, _: (None, function(event))

    def changed(self) -> dict[str, Any]:
        """The parameters that differ from their defaults."""
        defaults = self.spec.parameters
        return {name: value for name, value in self.parameters.items() if value != defaults[name].default}

    def take_over(self, before: Slot) -> None:
        """Go on where the handler of the same name stopped, with the parameters that were set on it."""
        self.states, self.errors = before.states, before.errors
        self.parameters |= {name: value for name, value in before.changed().items() if name in self.parameters}


class Host:
    """Feeds each event to the handlers that asked for its type, one after the other, on one thread."""

    def __init__(self, handlers: Iterable[Handler] = (), *, emit: Emit) -> None:
        self._emit = emit
        self._slots: dict[str, Slot] = {}
        self._steps: dict[type[Event], Step] = {}
        self._timers = Timers()
        self._ticking = False
        self.dead_letters: deque[DeadLetter] = deque(maxlen=DEAD_LETTERS)
        for function in handlers:
            self.swap(function)

    @property
    def specs(self) -> dict[str, HandlerSpec]:
        """The contract of every handler, by name."""
        return {name: slot.spec for name, slot in self._slots.items()}

    @property
    def errors(self) -> dict[str, int]:
        """How many events each handler failed on."""
        return {name: slot.errors for name, slot in self._slots.items()}

    def process(self, event: Any) -> None:
        """Run the event through its handlers; a handler's exception becomes a dead letter and goes no further."""
        if self._ticking:
            self.advance(event.ts)
        step = self._steps.get(type(event))
        if step is not None:
            step(event)

    def process_all(self, events: Iterable[Any]) -> None:
        """Run events through in their order, faster than one by one."""
        step_of = self._steps.get
        for event in events:
            if self._ticking:
                self.advance(event.ts)
            step = step_of(type(event))
            if step is not None:
                step(event)

    def advance(self, ts: int) -> None:
        """Fire every timer that is due at `ts`: once for each key that holds state, or once where there are no keys."""
        for timer in self._timers.advance(ts):
            slot = self._slots[timer.name]
            for key in list(slot.states) if slot.spec.key else [None]:
                self._step(slot, partial(_same, key))(timer)

    def swap(self, function: Handler) -> None:
        """Put a handler in, or in place of the one of the same name, which leaves its state and parameters to it."""
        slot = Slot(function)
        name = slot.spec.name
        if name in self._slots:
            slot.take_over(self._slots[name])
        self._slots[name] = slot
        self._timers.set(name, slot.spec.every)
        self._route()

    def configure(self, name: str, parameters: Mapping[str, Any]) -> None:
        """Set parameters of a handler from its next event on; raises UserError where it does not fit."""
        slot = self._slots.get(name)
        if slot is None:
            raise UserError(f"there is no handler {name!r}; there are {', '.join(self._slots)}")
        slot.parameters |= {key: _converted(slot.spec, key, value) for key, value in parameters.items()}
        self._route()

    def state(self, name: str) -> dict[Any, Any]:
        """A copy of a handler's state by key."""
        return dict(self._slots[name].states)

    def restore(self, name: str, states: Mapping[Any, Any]) -> None:
        """Put these states by key in place of a handler's own."""
        self._slots[name].states.clear()
        self._slots[name].states.update(states)

    def _route(self) -> None:
        """Renew the table from event type to what runs; between two events, so that each meets one version whole."""
        routes: dict[type[Event], list[Step]] = {}
        for slot in self._slots.values():
            step = self._step(slot, slot.key_of())
            for event_type in slot.spec.on:
                if event_type is not Timer:
                    routes.setdefault(event_type, []).append(step)
        # Changed in place, for `process_all` may be in the middle of it.
        self._steps.clear()
        self._steps.update((event_type, _in_turn(steps)) for event_type, steps in routes.items())
        self._ticking = bool(self._timers)

    def _step(self, slot: Slot, key_of: Callable[[Any], Any]) -> Step:
        """A closure, because it runs for every event and a local name is the cheapest thing Python has."""
        call, states, topic, emit = slot.call(), slot.states, slot.spec.topic, self._emit
        get = states.get

        def step(event: Any) -> None:
            key = key_of(event)
            try:
                state, messages = call(event, get(key))
                if messages:
                    emit(topic, messages, event.ts)
            except Exception as error:
                self._bury(slot, event, key, error)
                return
            if state is not None:
                states[key] = state
            else:
                states.pop(key, None)

        return step

    def _bury(self, slot: Slot, event: Event, key: Any, error: Exception) -> None:
        if error.__traceback__ is not None and error.__traceback__.tb_next is None:
            # Raised by `run` itself: what came back could not be taken apart.
            error = ContractViolation(slot.spec.name, "did not return (state, messages)")
        slot.errors += 1
        text = f"{type(error).__name__}: {error}"
        trace = "".join(traceback.format_exception(error))
        self.dead_letters.append(DeadLetter(slot.spec.name, slot.spec.version, key, event, text, trace))


def _same(key: Any, event: Event) -> Any:
    """The key of an event that has none of its own."""
    return key


def _in_turn(steps: list[Step]) -> Step:
    """One step that takes all of them."""
    if len(steps) == 1:
        return steps[0]

    def step(event: Any) -> None:
        for each in steps:
            each(event)

    return step


def _converted(spec: HandlerSpec, name: str, value: Any) -> Any:
    parameter = spec.parameters.get(name)
    if parameter is None:
        known = ", ".join(spec.parameters) or "none"
        raise UserError(f"handler {spec.name!r} has no parameter {name!r}; it has {known}")
    try:
        return parameter.convert(value)
    except msgspec.ValidationError as error:
        raise UserError(f"{spec.name}.{name} = {value!r}: {error}") from None
