"""Steps: what takes an event through a handler, and what can be put around that; made once, run for every event."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tradestream_nb.errors import ISOLATED
from tradestream_nb.events import Event
from tradestream_nb.shadow import Shadow
from tradestream_nb.slot import Probation, Slot

TRUSTED_AFTER = 100
"""Events without a failure, after a swap, from which on a handler is no longer replaced by the one before it."""
GIVEN_UP_AFTER = 3
"""Failures in a row, before that, after which it is."""

Emit = Callable[[str, Any, int], None]
"""Takes what a handler returned as messages, with their topic and the epoch µs of the event; refuses all or none."""
Step = Callable[[Any], None]
"""Takes one event through a handler, or through several."""
KeyOf = Callable[[Any], Any]
"""Finds the key of an event."""
Fail = Callable[[Slot, Any, Any, BaseException], None]
"""Told that a handler, at this key, failed on an event with this error."""
Decide = Callable[[Slot, bool], None]
"""Told how the probation of a handler ends: True when it has done well."""


def plain(slot: Slot, key_of: KeyOf, emit: Emit, *, fail: Fail) -> Step:
    """Run the handler, emit what it says and keep the state it returns; an exception changes nothing and is told."""
    # A closure, because it runs for every event and a local name is the cheapest thing Python has.
    call, states, topic = slot.call(), slot.states, slot.spec.topic
    get = states.get

    def step(event: Any) -> None:
        key = key_of(event)
        try:
            state, messages = call(event, get(key))
            if messages:
                emit(topic, messages, event.ts)
        except ISOLATED as error:
            fail(slot, key, event, error)
            return
        if state is not None:
            states[key] = state
        else:
            states.pop(key, None)

    return step


def dressed(slot: Slot, key_of: KeyOf, emit: Emit, *, fail: Fail, decide: Decide) -> Step:
    """The same, with what is wanted around it now: a shadow beside it, an eye on its probation, a record."""
    if slot.shadow is None:
        step = plain(slot, key_of, emit, fail=fail)
    else:
        step = _shadowed(partial(plain, slot, key_of, fail=fail), emit, slot.shadow, slot, key_of)
    if slot.probation is not None:
        step = _watched(step, slot, slot.probation, decide)
    return step if slot.recent is None else _recorded(step, slot, key_of)


def in_turn(steps: list[Step]) -> Step:
    """Run all of them, one after the other."""
    if len(steps) == 1:
        return steps[0]

    def all_of_them(event: Any) -> None:
        for step in steps:
            step(event)

    return all_of_them


def ignored(event: Event) -> None:
    """What is done with an event that no handler asked for."""


def always(key: Any) -> KeyOf:
    """Give an event that has no key of its own, as a timer has none, this one."""
    return lambda event: key


def _recorded(step: Step, slot: Slot, key_of: KeyOf) -> Step:
    """Keep each event with the state it meets."""
    assert slot.recent is not None
    keep, get = slot.recent.append, slot.states.get

    def recording(event: Any) -> None:
        key = key_of(event)
        keep((event, key, get(key)))
        step(event)

    return recording


def _watched(step: Step, slot: Slot, probation: Probation, decide: Decide) -> Step:
    """Count how a handler does on probation until that is decided."""

    def watching(event: Any) -> None:
        errors = slot.errors
        step(event)
        if slot.errors == errors:
            probation.failures = 0
            probation.successes += 1
            if probation.successes == TRUSTED_AFTER:
                decide(slot, True)
        else:
            probation.failures += 1
            if probation.failures == GIVEN_UP_AFTER:
                decide(slot, False)

    return watching


def _shadowed(make: Callable[[Emit], Step], emit: Emit, shadow: Shadow, slot: Slot, key_of: KeyOf) -> Step:
    """Let a shadow have each event after the live handler, and see what that one said."""
    said: list[Any] = []

    def hear(topic: str, messages: Any, ts: int) -> None:
        emit(topic, messages, ts)
        said.extend(messages)

    live = make(hear)

    def shadowing(event: Any) -> None:
        key = key_of(event)
        shadow.begin(key, slot.states.get(key))
        said.clear()
        live(event)
        shadow.compare(event, key, said.copy())

    return shadowing
