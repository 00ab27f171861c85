"""What a source that is a broker offers beyond its events: an account of its own, and a report on how it is doing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, runtime_checkable

import msgspec

from tradestream_nb.events import Event
from tradestream_nb.messages import StreamState

DEFAULT_QUANTITY = 100.0
"""Units that a signal without a quantity trades, on paper and at a broker."""
MAX_POSITION = 1_000.0
"""Units of one symbol, long or short, beyond which no signal is followed."""


class Use(msgspec.Struct, frozen=True):
    """How much of a limit is used."""

    used: float
    limit: float


class Condition(msgspec.Struct, frozen=True):
    """How one thing is doing, in a word and a sentence."""

    state: StreamState
    text: str = ""


class BrokerReport(msgspec.Struct, frozen=True):
    """A broker as people and monitors see it."""

    connected: bool
    accounts: tuple[str, ...] = ()
    quiet: bool = False
    """Whether silence is normal now, because no market that is listened to is open."""
    heard: int | None = None
    """Epoch µs of the newest market data, also of such as changed no price."""
    stale: dict[str, str] = {}
    """Why what the streams show is old, by topic; nothing where it is not."""
    conditions: dict[str, Condition] = {}
    """What there is to know, by what it is about: the source itself, and `NAME SYMBOL` for one symbol."""
    budgets: dict[str, Use] = {}


@runtime_checkable
class Brokerage(Protocol):
    """A source that is a broker."""

    def report(self) -> BrokerReport:
        """How it is doing now."""

    def trader(self) -> Callable[[Any], Iterable[Event] | None]:
        """What turns the signals that are raised into orders; raises SourceError where none may be sent."""
