"""How a client is written to: by a wire of its own, and by a line where many take the same bytes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Protocol


class Wire(Protocol):
    """A connection as its client sees it; nothing waits, and nothing raises, also when the other end is gone."""

    def buffered(self) -> int:
        """Bytes written that the system has not taken yet."""

    def write(self, messages: Sequence[bytes]) -> int:
        """Send messages in order, and return how many bytes that makes."""

    def pause(self) -> None:
        """Listen no more to what the client says; again is no error."""

    def resume(self) -> None:
        """Listen again; without a pause that is no error."""

    def close(self, code: int, reason: str) -> None:
        """Say goodbye after what was written, and hang up soon when no answer comes."""

    def abort(self) -> None:
        """Hang up at once."""


class Sink(Protocol):
    """Takes bytes at once, as far as it can."""

    def send(self, data: bytes, /) -> int:
        """Take bytes, and return how many; whatever it raises says that it took none."""


class Line(Protocol):
    """A connection that also takes bytes that were encoded once for all of its kind."""

    @property
    def kind(self) -> Hashable:
        """Equal for those that take the same bytes."""

    def ready(self) -> bool:
        """Whether all that was written has been taken, and more may be written."""

    def encode(self, messages: Sequence[bytes]) -> bytes:
        """The bytes of messages, for every line of this kind."""

    @property
    def sink(self) -> Sink:
        """What takes such bytes while it is ready."""

    def finish(self, data: bytes, taken: int) -> None:
        """Write what the sink has left of such bytes, or raise what is wrong."""
