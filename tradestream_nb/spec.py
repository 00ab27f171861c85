"""What a handler has promised: which events it takes, how its state is keyed and where its messages go."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any, Literal

import msgspec

from tradestream_nb.errors import ContractViolation, UserError
from tradestream_nb.events import Event
from tradestream_nb.messages import checked

Swap = Literal["auto", "ask"]


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

    @property
    def problem(self) -> str:
        """Why the default does not fit the annotation; empty where it does, is None, or cannot be told."""
        if self.default is None or self.hint is None:
            return ""
        try:
            msgspec.convert(msgspec.to_builtins(self.default), self.hint)
        except msgspec.ValidationError as error:
            return str(error)
        except TypeError:
            return ""
        return ""

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
