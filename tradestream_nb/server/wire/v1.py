"""The mode of clients that offer `tradestream.v1.*`: nothing but what they subscribe to, numbered and resumable."""

from __future__ import annotations

import secrets
from typing import Any

from msgspec import UNSET, UnsetType

from tradestream_nb.frames import V1, V1_MSGPACK
from tradestream_nb.keys import NONE, Keys
from tradestream_nb.server.wire.protocol import Protocol
from tradestream_nb.server.wire.reader import Reader
from tradestream_nb.server.wire.refusal import Refusal
from tradestream_nb.server.wire.replies import (
    Acknowledgement,
    Allowed,
    Authenticated,
    Configured,
    Error,
    Heartbeat,
    Pong,
    Said,
    Shutdown,
    Span,
    Subscribed,
    Subscriptions,
    Unsubscribed,
    Welcome,
)
from tradestream_nb.server.wire.requests import (
    V1_REQUESTS,
    Auth,
    ChannelRequest,
    Configure,
    LegacyAuth,
    List,
    Ping,
    Request,
    Since,
    Subscribe,
    Unsubscribe,
    id_of,
    symbols_of,
)
from tradestream_nb.topics import EventTopic

RECONNECT_AFTER_MS = 1_000
SLOWEST_HZ = 0.01
"""The lowest `max_hz`; who wants less often had better ask for a snapshot."""


class V1Protocol(Protocol):
    """Subscribes by channel and symbol, gets the snapshot with the acknowledgement, resumes by epoch and seq."""

    dialect = V1
    reader = Reader(V1_REQUESTS)

    def opened(self) -> list[bytes]:
        """The welcome, which tells the client what it needs to come back."""
        welcome = Welcome(
            session=secrets.token_hex(8),
            epoch=self.hub.epoch,
            server_time=self.now(),
            heartbeat_ms=round(self.limits.heartbeat * 1000),
            auth="required" if self.identity is None else "ok",
            channels=self.channels(),
            limits=self._allowed(),
            history=self._history(),
        )
        return [self.say(welcome), *super().opened()]

    def answer(self, request: Request) -> list[bytes]:
        """The answer to a request; raises Refusal, and then nothing has changed."""
        match request:
            case Ping():
                pong = Pong(t=request.t, ts=self.now(), timestamp=self.timestamp(), id=request.id)
                return [self.say(pong)]
            case List():
                return [self._acknowledge(Subscriptions, request)]
            case Subscribe():
                return [self._subscribe(request)]
            case Unsubscribe():
                return [self._unsubscribe(request)]
            case Configure():
                return [self._configure(request)]
        raise AssertionError("the reader knows no other")

    def idle(self, seconds: float) -> list[bytes]:
        """A heartbeat with the place in every channel, once it has been quiet for long enough."""
        if super().idle(seconds) or self.ended is not None or seconds < self.limits.heartbeat:
            return []
        return [self.say(Heartbeat(ts=self.now(), seq=self._places()))]

    def closing(self) -> list[bytes]:
        """Tell the client when to come back."""
        return [self.say(Shutdown(reconnect_after_ms=RECONNECT_AFTER_MS))]

    def authenticated(self, request: Auth | LegacyAuth) -> Said:
        """The answer to `auth`."""
        name = "" if self.identity is None else self.identity.name
        more: dict[str, Any] = {"channels": self.channels(), "history": self._history()}
        return Authenticated(name=name, **more, timestamp=self.timestamp(), id=id_of(request))

    def refused(self, refusal: Refusal) -> Said:
        """An error with a code for programs and a sentence for people."""
        wait = UNSET if refusal.wait is None else max(1, round(1000 * refusal.wait))
        return Error(
            code=refusal.code,
            error=refusal.text,
            temporary=refusal.wait is not None,
            retry_after_ms=wait,
            timestamp=self.timestamp(),
            id=refusal.id,
        )

    def _subscribe(self, request: Subscribe) -> bytes:
        topics, keys = self._topics(request), self.named(request.symbols)
        wanted = {topic: self.with_more(topic, keys) for topic in topics}
        interval = self._interval(topics, request.max_hz)
        self.check(wanted)
        resumed = {name: self._resume(name, request.since) for name in topics}
        replayed = sum(self._follow(name, wanted[name], resumed[name], request.history) for name in topics)
        recovered = bool(topics) and None not in resumed.values()
        self._pace(topics, interval)
        return self._acknowledge(Subscribed, request, recovered=recovered, replayed=replayed)

    def _unsubscribe(self, request: Unsubscribe) -> bytes:
        topics, keys = self._topics(request), self.named(request.symbols)
        wanted = {topic: self.with_less(topic, keys) for topic in topics}
        self.check(wanted)
        for topic, left in wanted.items():
            self.mailbox.want(topic, left)
        return self._acknowledge(Unsubscribed, request)

    def _configure(self, request: Configure) -> bytes:
        named = _named(request)
        topics = list(self.mailbox.subscriptions) if not named or "*" in named else self._topics(request)
        for topic in topics:
            if topic not in self.mailbox.subscriptions:
                raise Refusal("bad_request", f"{topic} is not subscribed")
        self._pace(topics, self._interval(topics, request.max_hz))
        return self._acknowledge(Configured, request)

    def _interval(self, topics: list[str], hz: float | None | UnsetType) -> float | None:
        """Seconds between two messages, None to leave that as it is; raises Refusal."""
        if hz is UNSET:
            return None
        if hz and not SLOWEST_HZ <= hz <= self.limits.max_hz:
            text = f"max_hz goes from {SLOWEST_HZ:g} to {self.limits.max_hz:g}; 0 is for every change"
            raise Refusal("bad_request", text)
        if topics and all(self.hub.topics[topic].kind == "event" for topic in topics):
            raise Refusal("bad_request", f"max_hz is for states; every message of {', '.join(topics)} is sent")
        return 1 / hz if hz else 0.0

    def _pace(self, topics: list[str], interval: float | None) -> None:
        for topic in topics:
            if interval is not None and self.hub.topics[topic].kind == "state":
                self.mailbox.pace(topic, interval)

    def _resume(self, name: str, since: Since | None) -> int | None:
        """The seq after which nothing is missing; None when there is none, for a part of a gap is never filled."""
        topic = self.hub.topics[name]
        if since is None or since.epoch != self.hub.epoch:
            return None
        if not isinstance(topic, EventTopic):
            return topic.seq
        seq = since.of(name)
        return seq if seq is not None and self._span(topic).first - 1 <= seq <= topic.seq else None

    def _follow(self, name: str, wanted: Keys, resumed: int | None, history: int) -> int:
        """Read a log on from where it is resumed, or its new keys from the last messages; return how many follow."""
        topic, added = self.hub.topics[name], wanted - self.mailbox.subscriptions.get(name, NONE)
        if not isinstance(topic, EventTopic):
            self.mailbox.want(name, wanted)
            return 0
        since = topic.last(history) if resumed is None else resumed
        self.mailbox.want(name, wanted, since=since)
        if resumed is not None:
            self.mailbox.rewind(name, resumed)
        return len(topic.since(since, added if resumed is None else wanted, until=topic.seq).entries)

    def _topics(self, request: ChannelRequest) -> list[str]:
        channels = _named(request)
        if not channels:
            raise Refusal("bad_request", f"{request.kind()} needs a channel, or channels")
        if "*" in channels:
            return self.channels()
        return list(dict.fromkeys(self.topic(channel) for channel in channels))

    def _acknowledge(self, kind: type[Acknowledgement], request: Request, **more: Any) -> bytes:
        channel = request.channel if isinstance(request, ChannelRequest) else None
        fields: dict[str, Any] = {
            "channel": UNSET if channel is None else channel,
            "subscriptions": {topic: symbols_of(keys) for topic, keys in self.mailbox.subscriptions.items()},
            "max_hz": {topic: round(1 / interval, 6) for topic, interval in self.mailbox.intervals.items()},
            "epoch": self.hub.epoch,
            "seq": self._places(),
            "timestamp": self.timestamp(),
            "id": id_of(request),
        }
        return self.say(kind(**fields, **more))

    def _places(self) -> dict[str, int]:
        return {topic: self.mailbox.place(topic) for topic in self.mailbox.subscriptions}

    def _allowed(self) -> Allowed:
        limits = self.limits
        return Allowed(
            max_symbols=limits.client_symbols,
            request_symbols=limits.request_symbols,
            max_msg_bytes=limits.message_size,
            cmd_rate=limits.request_rate,
            cmd_burst=limits.request_burst,
            max_hz=limits.max_hz,
        )

    def _history(self) -> dict[str, Span]:
        logs = ((name, self.hub.topics[name]) for name in self.channels())
        return {name: self._span(log) for name, log in logs if isinstance(log, EventTopic)}

    def _span(self, log: EventTopic) -> Span:
        return Span(log.oldest(self.limits.history, self.limits.history_age), log.seq)


class V1MsgpackProtocol(V1Protocol):
    """The same in MessagePack, both ways."""

    dialect = V1_MSGPACK
    reader = Reader(V1_REQUESTS, "msgpack")


def _named(request: ChannelRequest) -> list[str]:
    return [*(request.channels or ()), *([request.channel] if request.channel else ())]
