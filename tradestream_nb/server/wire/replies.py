"""What the server says of its own: the messages beside those of the topics, in both modes."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from tradestream_nb.server.wire.refusal import Code
from tradestream_nb.server.wire.requests import AllBut

Id = int | str | UnsetType


class Said(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """A message of the server's own; `timestamp` is ISO 8601 in UTC, `ts` epoch µs."""


class Allowed(msgspec.Struct, frozen=True, kw_only=True):
    """What a client may ask for; rates are per second."""

    max_symbols: int
    request_symbols: int
    max_msg_bytes: int
    cmd_rate: float
    cmd_burst: int
    max_hz: float


class Span(msgspec.Struct, frozen=True):
    """The messages of a log that can be resumed from; `first` is one more than `last` when there are none."""

    first: int
    last: int


class Welcome(Said, frozen=True, kw_only=True, tag="welcome"):
    """The first frame, with what a client needs to come back."""

    v: Literal[1] = 1
    session: str
    epoch: str
    server_time: int
    heartbeat_ms: int
    auth: Literal["ok", "required"]
    channels: list[str]
    limits: Allowed
    history: dict[str, Span]


class Authenticated(Said, frozen=True, kw_only=True, tag="authenticated"):
    """The answer to `auth`."""

    name: str
    channels: list[str]
    history: dict[str, Span]
    timestamp: str
    id: Id = UNSET


class Acknowledgement(Said, frozen=True, kw_only=True):
    """The whole subscription as it is now; `seq` is the place up to which nothing is missing."""

    channel: str | UnsetType = UNSET
    subscriptions: dict[str, list[str] | Literal["*"] | AllBut]
    max_hz: dict[str, float]
    epoch: str
    seq: dict[str, int]
    timestamp: str
    id: Id = UNSET


class Subscribed(Acknowledgement, frozen=True, kw_only=True, tag="subscribed"):
    """The answer to `subscribe`; `replayed` messages of logs follow from before, snapshots of states too."""

    recovered: bool
    """Whether `since` was given and nothing is missing after it."""
    replayed: int


class Unsubscribed(Acknowledgement, frozen=True, kw_only=True, tag="unsubscribed"):
    """The answer to `unsubscribe`."""


class Subscriptions(Acknowledgement, frozen=True, kw_only=True, tag="subscriptions"):
    """The answer to `list`."""


class Configured(Acknowledgement, frozen=True, kw_only=True, tag="configured"):
    """The answer to `configure`."""


class Pong(Said, frozen=True, kw_only=True, tag="pong"):
    """The answer to `ping`."""

    t: int | float | str | UnsetType = UNSET
    ts: int
    timestamp: str
    id: Id = UNSET


class Heartbeat(Said, frozen=True, kw_only=True, tag="heartbeat"):
    """Said after silence; `seq` is the place up to which nothing is missing."""

    ts: int
    seq: dict[str, int]


class Shutdown(Said, frozen=True, kw_only=True, tag="shutdown"):
    """The server stops; the connection is closed next."""

    reconnect_after_ms: int


class Error(Said, frozen=True, kw_only=True, tag="error"):
    """A request was refused, and changed nothing."""

    code: Code
    error: str
    """What is wrong, in a sentence."""
    temporary: bool
    """Whether the same request may be granted later."""
    retry_after_ms: int | UnsetType = UNSET
    timestamp: str
    id: Id = UNSET


class LegacyAuthenticated(Said, frozen=True, kw_only=True, tag="authenticated"):
    """The answer to `auth`."""

    timestamp: str


class LegacyPong(Said, frozen=True, kw_only=True, tag="pong"):
    """The answer to `ping`."""

    timestamp: str


class LegacySubscribed(Said, frozen=True, kw_only=True, tag="subscribed"):
    """The answer to `subscribe`; no symbols are all."""

    channel: str
    symbols: list[str]
    timestamp: str


class LegacyUnsubscribed(Said, frozen=True, kw_only=True, tag="unsubscribed"):
    """The answer to `unsubscribe`; no symbols are all."""

    channel: str
    symbols: list[str]
    timestamp: str


class LegacyError(Said, frozen=True, kw_only=True, tag="error"):
    """Something was not understood; it changed nothing."""

    error: str
    timestamp: str


V1_REPLIES: tuple[type[Said], ...] = (
    Welcome,
    Authenticated,
    Subscribed,
    Unsubscribed,
    Subscriptions,
    Configured,
    Pong,
    Heartbeat,
    Shutdown,
    Error,
)
LEGACY_REPLIES: tuple[type[Said], ...] = (
    LegacyAuthenticated,
    LegacyPong,
    LegacySubscribed,
    LegacyUnsubscribed,
    LegacyError,
)
