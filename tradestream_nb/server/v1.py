"""The mode of clients that offer `tradestream.v1.json`: nothing but what they subscribe to, numbered and resumable."""

from __future__ import annotations

import secrets
from typing import Any

from tradestream_nb.frames import V1
from tradestream_nb.server.protocol import HEARTBEAT, Protocol, Refusal, Request, Since, frame, keys_of
from tradestream_nb.topics import EventTopic

SUBPROTOCOL = "tradestream.v1.json"
RECONNECT_AFTER_MS = 1_000


class V1Protocol(Protocol):
    """Subscribes by channel and symbol, gets the snapshot with the acknowledgement, resumes by epoch and seq."""

    dialect = V1

    def opened(self) -> list[bytes]:
        """The welcome, which tells the client what it needs to come back."""
        welcome = frame(
            type="welcome",
            v=1,
            session=secrets.token_hex(8),
            epoch=self.hub.epoch,
            server_time=self.now(),
            heartbeat_ms=round(HEARTBEAT * 1000),
            channels=list(self.hub.topics),
        )
        return [welcome]

    def answer(self, request: Request) -> list[bytes]:
        """The answer to a request; raises Refusal, and then nothing has changed."""
        if request.type == "ping":
            return [self._frame(request, type="pong", t=request.t, ts=self.now(), timestamp=self.timestamp())]
        if request.type == "list":
            return [self._subscribed(request, "subscriptions")]
        if request.type == "subscribe":
            return self._subscribe(request)
        if request.type == "unsubscribe":
            for topic in self._topics(request):
                self.mailbox.unsubscribe(topic, keys_of(request))
            return [self._subscribed(request, "unsubscribed")]
        return super().answer(request)

    def idle(self, seconds: float) -> list[bytes]:
        """A heartbeat with the seq of every channel, once it has been quiet for long enough."""
        if seconds < HEARTBEAT:
            return []
        return [frame(type="heartbeat", ts=self.now(), seq=self._seqs())]

    def closing(self) -> list[bytes]:
        """Tell the client when to come back."""
        return [frame(type="shutdown", reconnect_after_ms=RECONNECT_AFTER_MS)]

    def refused(self, refusal: Refusal, request: Request | None) -> bytes:
        """An error with a code for programs and a sentence for people."""
        error: dict[str, Any] = {"type": "error", "code": refusal.code, "error": refusal.text, "temporary": False}
        return self._frame(request, **error, timestamp=self.timestamp())

    def _subscribe(self, request: Request) -> list[bytes]:
        topics, keys = self._topics(request), keys_of(request)
        recovered = request.since is not None and request.since.epoch == self.hub.epoch
        for topic in topics:
            self.subscribe(topic, keys)
            source = self.hub.topics[topic]
            if isinstance(source, EventTopic):
                cursor = self._resume(source, request.since)
                recovered = recovered and cursor is not None
                if cursor is None and request.history:
                    cursor = source.last(request.history)
                if cursor is not None:
                    self.mailbox.subscribe(topic, keys, since=cursor)
        return [self._subscribed(request, "subscribed", recovered=recovered)]

    def _resume(self, topic: EventTopic, since: Since | None) -> int | None:
        """The cursor from which nothing is missing; None when there is none, for a part of the gap is never filled."""
        seq = since.of(topic.name) if since is not None and since.epoch == self.hub.epoch else None
        return seq if seq is not None and topic.first - 1 <= seq <= topic.seq else None

    def _topics(self, request: Request) -> list[str]:
        channels = request.channels or ([request.channel] if request.channel else [])
        if not channels:
            raise Refusal("bad_request", f"{request.type} needs a channel, or channels")
        if "*" in channels:
            return list(self.hub.topics)
        return [self.topic(channel) for channel in channels]

    def _subscribed(self, request: Request, kind: str, **more: Any) -> bytes:
        """An acknowledgement, which always holds the whole resulting subscription."""
        subscriptions: dict[str, Any] = {}
        for topic, keys in self.mailbox.subscriptions.items():
            excluded = {"all_but": sorted(keys.names)} if keys.names else "*"
            subscriptions[topic] = excluded if keys.all_but else sorted(keys.names)
        fields: dict[str, Any] = {"channel": request.channel} if request.channel else {}
        fields |= {"subscriptions": subscriptions, "epoch": self.hub.epoch, "seq": self._seqs(), **more}
        return self._frame(request, type=kind, **fields, timestamp=self.timestamp())

    def _seqs(self) -> dict[str, int]:
        return {topic: self.mailbox.place(topic) for topic in self.mailbox.subscriptions}

    def _frame(self, request: Request | None, **fields: Any) -> bytes:
        """A frame with the request's id, when it had one."""
        return frame(**fields, **({} if request is None or request.id is None else {"id": request.id}))
