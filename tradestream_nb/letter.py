"""An event that a handler failed on, kept to be looked at and tried again."""

from __future__ import annotations

import traceback
from typing import Any, NamedTuple

import msgspec

from tradestream_nb.errors import ContractViolation
from tradestream_nb.events import AnyEvent
from tradestream_nb.spec import HandlerSpec


class DeadLetter(msgspec.Struct, frozen=True):
    """An event that a handler failed on; the handler's state is as it was before."""

    handler: str
    version: str
    key: str | None
    event: AnyEvent
    error: str
    traceback: str

    @classmethod
    def of(cls, spec: HandlerSpec, key: Any, event: Any, error: BaseException) -> DeadLetter:
        """The letter of an event that ended in `error`, as the step that ran the handler has caught it."""
        # The first frame is that of the step, which tells a user nothing.
        frames = error.__traceback__ and error.__traceback__.tb_next
        if error.__traceback__ is not None and frames is None:
            # Raised by the step itself: the handler returned something that it could not unpack.
            error = ContractViolation(spec.name, "did not return (state, messages)")
        trace = "".join(traceback.format_exception(type(error), error, frames))
        return cls(spec.name, spec.version, key, event, f"{type(error).__name__}: {error}", trace)


class Retried(NamedTuple):
    """How many dead letters went through this time, and how many did not."""

    succeeded: int
    failed: int
