"""What can be put around a handler's step: each is a step again, and costs nothing where it is not wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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


def recorded(step: Step, slot: Slot, key_of: KeyOf) -> Step:
    """Keep each event with the state it meets."""
    assert slot.recent is not None
    keep, get = slot.recent.append, slot.states.get

    def recording(event: Any) -> None:
        key = key_of(event)
        keep((event, key, get(key)))
        step(event)

    return recording


def watched(step: Step, slot: Slot, probation: Probation, decide: Callable[[bool], None]) -> Step:
    """Count how a handler does on probation, and decide it: True when it has done well, False when it has not."""

    def watching(event: Any) -> None:
        errors = slot.errors
        step(event)
        if slot.errors == errors:
            probation.failures = 0
            probation.successes += 1
            if probation.successes == TRUSTED_AFTER:
                decide(True)
        else:
            probation.failures += 1
            if probation.failures == GIVEN_UP_AFTER:
                decide(False)

    return watching


def shadowed(make: Callable[[Emit], Step], emit: Emit, shadow: Shadow, slot: Slot, key_of: KeyOf) -> Step:
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
