"""One handler in a host: its code, its parameters, its state by key and its record."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from operator import attrgetter
from typing import Any

import msgspec

from tradestream_nb.contract import Handler, renew
from tradestream_nb.events import Event
from tradestream_nb.pinned import pinned
from tradestream_nb.shadow import Shadow

Recorded = tuple[Event, Any, Any]
"""An event, its key and the state of that key before it."""


class Probation:
    """A handler that was swapped in and has not shown yet that it works, and the one it came in place of."""

    def __init__(self, before: Slot) -> None:
        self.before = before
        self.failures = 0
        """Events in a row, up to now, that it failed on."""
        self.successes = 0


class Slot:
    """What a host keeps for one handler."""

    def __init__(self, function: Handler) -> None:
        self.spec, self.definition = renew(function), function
        self.function = pinned(function)
        """The definition with what it used then."""
        self.parameters: dict[str, Any] = {name: p.default for name, p in self.spec.parameters.items()}
        self.states: dict[Any, Any] = {}
        self.errors = 0
        self.recent: deque[Recorded] | None = None
        """The newest events with what they met, oldest first; None when nothing is recorded."""
        self.probation: Probation | None = None
        self.shadow: Shadow | None = None

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

    def set(self, parameters: Mapping[str, Any]) -> None:
        """Set those of these parameters that it has."""
        self.parameters |= {name: value for name, value in parameters.items() if name in self.parameters}

    def rename(self, name: str) -> None:
        """Be called so from now on, whatever the function is called; the code that it may give way to is, too."""
        self.spec = msgspec.structs.replace(self.spec, name=name)
        if self.probation is not None:
            self.probation.before.rename(name)

    def take_over(self, before: Slot) -> None:
        """Go on where another one of the same name stopped, with the parameters that were set on it."""
        self.states, self.errors = before.states, before.errors
        self.recent, self.shadow = before.recent, before.shadow
        self.set(before.changed())
