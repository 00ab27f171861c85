"""What a client tells its reader beside the messages themselves."""

from __future__ import annotations

from typing import Any

import msgspec

from tradestream_nb.messages import (
    HealthUpdate,
    Message,
    PortfolioUpdate,
    PriceUpdate,
    SignalRaised,
    TradeExecuted,
)


class Place(msgspec.Struct, frozen=True):
    """A position in a channel: a number, and the run of the server that gave it."""

    epoch: str
    seq: int


class Snapshot(Message, frozen=True):
    """The next messages of this channel are the current values of these keys, in place of what was known of them."""

    channel: str
    keys: frozenset[str]


class Gap(Message, frozen=True):
    """Messages of an event channel are lost: the server no longer had them when this client came back.

    They are those after `after`, up to `until`; what follows is complete again.
    """

    channel: str
    after: Place
    until: Place

    @property
    def missing(self) -> int | None:
        """How many were published in between; None when the server started anew and nobody knows."""
        return self.until.seq - self.after.seq if self.until.epoch == self.after.epoch else None


class Disconnected(Message, frozen=True):
    """The connection is lost and will be tried again; until `Reconnected`, what is known grows old."""

    code: int
    reason: str


class Reconnected(Message, frozen=True):
    """The connection is back; every subscription is being resumed."""

    epoch: str
    same_run: bool
    """Whether it is still the run of the server that was lost."""


class Dropped(Message, frozen=True):
    """A subscription could not be resumed, and is no more."""

    channel: str
    code: str
    reason: str


class OwnMessage(Message, frozen=True):
    """A message of a topic that is not one of the standard ones."""

    channel: str
    seq: int
    ts: int
    fields: dict[str, Any]


Item = (
    PriceUpdate
    | SignalRaised
    | PortfolioUpdate
    | TradeExecuted
    | HealthUpdate
    | OwnMessage
    | Snapshot
    | Gap
    | Disconnected
    | Reconnected
    | Dropped
)
"""Everything that iterating over a client may give."""
