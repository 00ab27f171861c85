"""What a client may say and what it hears back, in both modes; messages in, frames out, no socket."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import ClassVar

from msgspec import UnsetType

from tradestream_nb import clock as wall
from tradestream_nb.frames import Dialect
from tradestream_nb.hub import Hub, Subscription
from tradestream_nb.keys import NONE, Keys
from tradestream_nb.server.door.identity import Identity
from tradestream_nb.server.door.token_bucket import TokenBucket
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.wire.closing import BAD, FORBIDDEN, LIMIT, RATE, TIMEOUT, UNAUTHORIZED
from tradestream_nb.server.wire.reader import Reader
from tradestream_nb.server.wire.refusal import Refusal
from tradestream_nb.server.wire.replies import Said
from tradestream_nb.server.wire.requests import AllBut, Auth, LegacyAuth, LegacyPing, Ping, Request, id_of, keys_of
from tradestream_nb.server.wire.strikes import Strikes

CLOSES = {"not_authenticated": UNAUTHORIZED, "forbidden": FORBIDDEN, "limit_exceeded": LIMIT}
"""What ends a client that is refused for such a reason again and again; 4400 for any other."""


class Protocol(ABC):
    """One client's side of the conversation; `LegacyProtocol` and `V1Protocol` say how it answers."""

    dialect: ClassVar[Dialect]
    reader: ClassVar[Reader]
    strict: ClassVar[bool] = True
    """Whether a client that is refused again and again is closed."""
    patience: ClassVar[int] = 1
    """How many times more often than the limit says a client may be too fast before it is closed."""

    def __init__(
        self,
        hub: Hub,
        subscription: Subscription,
        *,
        identity: Identity | None,
        now: Callable[[], int] = wall.now,
        clock: Callable[[], float] = time.monotonic,
        identify: Callable[[str], Identity | None] = lambda token: None,
        limits: Limits | None = None,
    ) -> None:
        """`now` is the streams' own clock in epoch µs; `clock` counts seconds, by which limits are kept.

        Without an identity the client has to say `auth` first.
        """
        self.hub, self.mailbox, self.now, self.clock = hub, subscription.mailbox, now, clock
        self.identity, self.limits = identity, limits or Limits()
        self.ended: tuple[int, str] | None = None
        """The code and the reason to close with, once it is decided; what was answered goes before."""
        self._identify, self._opened = identify, clock()
        self._bucket = TokenBucket(self.limits.request_rate, self.limits.request_burst)
        self._hasty = Strikes(self.limits.rate_violations * self.patience, self.limits.violation_window)
        self._refused = Strikes(self.limits.bad_messages, self.limits.violation_window)

    @property
    def due(self) -> float | None:
        """When, on `clock`, something that the client's own pace held back may be sent; None when nothing was."""
        return self.mailbox.due

    def opened(self) -> list[bytes]:
        """The frames that greet the client."""
        return [] if self.identity is None else self.admitted(self.identity)

    def received(self, data: str | bytes) -> list[bytes]:
        """The answer to what the client sent; nothing it sends can raise."""
        if self.ended is not None:
            return []
        now = self.clock()
        try:
            return self._answer(self._read(data, now))
        except Refusal as refusal:
            self._judge(refusal, now)
            return [self.say(self.refused(refusal))]

    def pending(self, now: float = inf) -> Sequence[bytes]:
        """The frames that the client has not had yet, and that its pace lets through at `now`.

        Raises ReaderTooSlow when some no longer exist.
        """
        batches = self.mailbox.take(now)
        if len(batches) == 1:
            return self.dialect.frames(batches[0])
        return [frame for batch in batches for frame in self.dialect.frames(batch)]

    def idle(self, seconds: float) -> list[bytes]:
        """What to say after so many seconds of silence."""
        if self.identity is None and self.ended is None and self.clock() - self._opened > self.limits.auth_deadline:
            self.ended = TIMEOUT, f"no auth within {self.limits.auth_deadline:g} s"
        return []

    def closing(self) -> list[bytes]:
        """What to say before the server goes."""
        return []

    def admitted(self, identity: Identity) -> list[bytes]:
        """What a client gets once it is known; one that may read nothing here is closed."""
        if not self.channels():
            self.ended = FORBIDDEN, "there is no channel that you may read"
        return []

    @abstractmethod
    def answer(self, request: Request) -> list[bytes]:
        """The answer to a request of a client that is known; raises Refusal."""

    @abstractmethod
    def authenticated(self, request: Auth | LegacyAuth) -> Said:
        """The answer to a client that has said who it is."""

    @abstractmethod
    def refused(self, refusal: Refusal) -> Said:
        """The error that tells the client of a refusal."""

    def channels(self) -> list[str]:
        """The topics that this mode carries and this client may read."""
        return [topic for topic in self.carried() if self.identity is not None and self.identity.may_read(topic)]

    def carried(self) -> list[str]:
        """The topics that this mode carries."""
        return list(self.hub.topics)

    def topic(self, channel: str) -> str:
        """The topic a channel names; raises Refusal."""
        name = {"price": "price_updates"}.get(channel, channel)
        known = self.channels()
        if name in known:
            return name
        if name in self.carried() and self.identity is not None:
            raise Refusal("forbidden", f"{self.identity.name!r} may not read {channel}")
        raise Refusal("unknown_channel", f"unknown channel {channel!r}; there are {', '.join(known)}")

    def named(self, symbols: list[str] | str | AllBut | None) -> Keys:
        """The keys that a request is about; raises Refusal where it names too many."""
        keys, most = keys_of(symbols), self.limits.request_symbols
        if len(keys.names) > most:
            raise Refusal("limit_exceeded", f"a request names at most {most} symbols, not {len(keys.names)}")
        return keys

    def with_more(self, topic: str, keys: Keys) -> Keys:
        """What is wanted after a subscription: symbols that are named narrow a whole topic, or come back to it."""
        wanted = self.mailbox.subscriptions.get(topic, NONE)
        narrows = wanted.all_but and not keys.all_but and not keys.names <= wanted.names
        return keys if narrows else wanted | keys

    def with_less(self, topic: str, keys: Keys) -> Keys:
        """What is wanted after the end of a subscription."""
        return self.mailbox.subscriptions.get(topic, NONE) - keys

    def check(self, wanted: Mapping[str, Keys]) -> None:
        """Raise Refusal when these topics, beside those that stay, would make too many symbols for one client."""
        after, most = {**self.mailbox.subscriptions, **wanted}, self.limits.client_symbols
        if sum(len(keys.names) for keys in after.values()) > most:
            raise Refusal("limit_exceeded", f"a client may name at most {most} symbols in all; nothing was changed")

    def say(self, message: Said) -> bytes:
        """A message of the server's own as a frame."""
        return self.dialect.codec.encode(message)

    def timestamp(self) -> str:
        """Now, as the wire writes it."""
        return wall.iso(self.now())

    def _answer(self, request: Request) -> list[bytes]:
        try:
            if isinstance(request, Auth | LegacyAuth):
                return self._authenticate(request)
            if self.identity is None and not isinstance(request, Ping | LegacyPing):
                raise Refusal("not_authenticated", 'say who you are first: {"type":"auth","token":"..."}')
            return self.answer(request)
        except Refusal as refusal:
            refusal.id = id_of(request)
            raise

    def _authenticate(self, request: Auth | LegacyAuth) -> list[bytes]:
        if self.identity is not None:
            raise Refusal("bad_request", "it is known already who you are")
        self.identity = self._identify(request.token)
        if self.identity is None:
            raise Refusal("auth_failed", "this token is not known here")
        return [self.say(self.authenticated(request)), *self.admitted(self.identity)]

    def _read(self, data: str | bytes, now: float) -> Request:
        wait = self._bucket.take(now)
        try:
            request = self.reader.read(data)
        except Refusal as refusal:
            raise self._too_fast(wait, refusal.id) if wait else refusal from None
        if wait:
            raise self._too_fast(wait, id_of(request))
        return request

    def _too_fast(self, wait: float, id: int | str | UnsetType) -> Refusal:
        return Refusal("rate_limited", f"more than {self.limits.request_rate:g} requests a second", wait=wait, id=id)

    def _judge(self, refusal: Refusal, now: float) -> None:
        """Decide to close a client whose token is wrong, or that is refused again and again."""
        if refusal.code == "auth_failed":
            self.ended = UNAUTHORIZED, refusal.text
        elif refusal.code == "rate_limited":
            if self._hasty.strike(now):
                self.ended = RATE, "too many requests"
        elif self.strict and self._refused.strike(now):
            self.ended = CLOSES.get(refusal.code, BAD), "too many requests were refused"
