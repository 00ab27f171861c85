"""One client: what goes to it and when, and the end of it when it does not keep up; any kind of connection below."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple
from typing import Protocol as Capability

from tradestream_nb.errors import ReaderTooSlow
from tradestream_nb.hub import Subscription
from tradestream_nb.server import audit
from tradestream_nb.server.counters import Counters
from tradestream_nb.server.door.admission import Admission
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.wire.protocol import Protocol

logger = logging.getLogger(__name__)

CLOSE_INTERNAL, CLOSE_SLOW = 1011, 4508
REASONS = {1012: "stopped", 4401: "auth", 4403: "auth", 4408: "auth", 4429: "rate", CLOSE_SLOW: "slow"}
"""What a close code says of why a client went."""


class Wire(Capability):
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


class Sink(Capability):
    """Takes bytes at once, as far as it can."""

    def send(self, data: bytes, /) -> int:
        """Take bytes, and return how many; whatever it raises says that it took none."""


class Line(Capability):
    """What a wire is besides when it takes the same bytes as others of its kind."""

    @property
    def kind(self) -> Hashable:
        """What those have in common that take the same bytes."""

    def ready(self) -> bool:
        """Whether all that was written has been taken, and more may be written."""

    def encode(self, messages: Sequence[bytes]) -> bytes:
        """The bytes of messages, for every line of this kind."""

    @property
    def sink(self) -> Sink:
        """What takes such bytes while it is ready."""

    def finish(self, data: bytes, taken: int) -> None:
        """Write what the sink has left of such bytes, or raise what is wrong."""


class Share(NamedTuple):
    """What has been sent, when last, and what was conflated on the way."""

    delivered: int
    sent: int
    conflated: int
    last: float


class Company(Capability):
    """A group as its member sees it."""

    woken: bool
    """Whether it stands in line to be flushed at the end of this turn."""

    def leave(self, client: Client) -> list[bytes]:
        """Let a client go, with what it is still to be sent."""

    def share(self, client: Client) -> Share:
        """What the client was sent as a member."""


class Client:
    """Moves messages from a subscription to a wire for as long as the wire takes them."""

    def __init__(
        self,
        name: str,
        wire: Wire,
        subscription: Subscription,
        protocol: Protocol,
        *,
        admission: Admission,
        remote: str,
        connected: int,
        limits: Limits,
        clock: Callable[[], float],
        line: Line | None = None,
    ) -> None:
        """`clock` is the loop's; without a `line` everything is written for this client alone."""
        self.id, self.wire, self.subscription, self.protocol = name, wire, subscription, protocol
        self.admission, self.remote, self.connected = admission, remote, connected
        self.line = line
        self.group: Company | None = None
        """Those who read the same, while it is one of them; nothing is read for it alone then."""
        self.woken = False
        """Whether it stands in line to be flushed at the end of this turn."""
        self.blocked = False
        """Whether it has more waiting than it may, so that nothing is put on top."""
        self.why: str | None = None
        """Why it was sent away; None as long as it was not."""
        self.reminder: asyncio.TimerHandle | None = None
        """When its own pace lets it have what was held back."""
        self._limits, self._clock = limits, clock
        self._early: list[bytes] = []
        self._early_size = 0
        self._blocked_since = self._last = clock()
        self._delivered = self._sent = self._dropped = 0
        subscription.wake_at_once = self.collect

    def opened(self) -> None:
        """Greet it, and send what it gets from the start."""
        now = self._clock()
        self._write(self.protocol.opened(), now)
        self._end_if_decided()
        self.flush(now)

    def at_ease(self) -> bool:
        """Whether it stays, alone, and nothing is held back from it."""
        return self.why is None and self.group is None and not (self.blocked or self._early or self.woken)

    def leave_group(self) -> None:
        """Read for itself from where the group is, in this turn already."""
        if self.group is not None:
            share = self.group.share(self)
            self._early, self.group = self.group.leave(self), None
            self._early_size = sum(map(len, self._early))
            self._delivered, self._sent = self._delivered + share.delivered, self._sent + share.sent
            self.subscription.mailbox.conflated += share.conflated
            self._last = max(self._last, share.last)
            self.subscription.wake()

    def received(self, data: str | bytes) -> None:
        """Answer what the client said, then send what that asked for."""
        answers = self.protocol.received(data)
        now = self._clock()
        self._write([*self._take_early(), *answers], now)
        self._end_if_decided()
        self.flush(now)
        self.throttle()

    def throttle(self) -> None:
        """Listen no more to a client that does not take what it is told, until it does."""
        if self.why is None and self.wire.buffered() >= self._limits.soft_buffer:
            self._block(self._clock())
            self.wire.pause()

    def flush(self, now: float) -> None:
        """Send what is pending, unless the client has not taken what it was sent before."""
        self.woken = False
        if self.why is not None or self.group is not None:
            return
        if self.wire.buffered() >= self._limits.soft_buffer:
            self._block(now)
            return
        if self.blocked:
            self._unblock()
        try:
            messages = self.protocol.pending(now)
        except ReaderTooSlow as error:
            self._drop(error.behind, str(error))
            return
        if self._early:
            messages = [*self._take_early(), *messages]
        self._write(messages, now)

    def collect(self) -> None:
        """Take what is about to be overtaken; it is sent with what else this turn brings."""
        if self.why is not None or self.blocked:
            return
        try:
            messages = self.protocol.pending(self._clock())
        except ReaderTooSlow:
            return
        self._early += messages
        self._early_size += sum(map(len, messages))
        if self._early_size >= self._limits.soft_buffer:
            self.flush(self._clock())

    def look(self, now: float) -> None:
        """Try again where it was blocked, send it away when that has gone on for too long; say that we are there."""
        if self.blocked:
            self.flush(now)
        if self.why is not None:
            return
        if self.blocked:
            self._judge(now)
        elif not (self.woken or (self.group is not None and self.group.woken)):
            # Else there is news to come this turn, and a heartbeat would say of it that it had been sent.
            last = self._last if self.group is None else max(self._last, self.group.share(self).last)
            self._write(self.protocol.idle(now - last), now)
            self._end_if_decided()

    def say_goodbye(self) -> None:
        """Announce the end of the server; who has not even taken what came before is cut off."""
        now = self._clock()
        self.flush(now)
        if self.blocked:
            self.wire.abort()
        else:
            self._write(self.protocol.closing(), now)
            self.send_away(1012, "the server stops")

    def send_away(self, code: int, reason: str, *, why: str | None = None) -> None:
        """Close, and send nothing more; a second time changes nothing."""
        if self.why is None:
            self.why = why or REASONS.get(code, "protocol")
            self.subscription.mailbox.close()
            self.blocked = self.subscription.blocked = False
            self.wire.close(code, reason)

    def counters(self) -> Counters:
        """What there is to know of it now."""
        identity, behind = self.protocol.identity, self._clock() - self._blocked_since
        share = Share(0, 0, 0, 0.0) if self.group is None else self.group.share(self)
        return Counters(
            remote=self.remote,
            identity=None if identity is None else identity.name,
            mode=self.admission.mode,
            codec=self.admission.codec,
            connected=self.connected,
            delivered=self._delivered + share.delivered,
            sent=self._sent + share.sent,
            conflated=self.subscription.mailbox.conflated + share.conflated,
            dropped=self._dropped,
            buffered=self.wire.buffered(),
            lag_ms=round(1000 * behind) if self.blocked else 0,
        )

    def _end_if_decided(self) -> None:
        """Close when the protocol has come to that."""
        if self.protocol.ended is not None and self.why is None:
            audit.violation(self.id, self.remote, *self.protocol.ended)
            self.send_away(*self.protocol.ended)

    def _write(self, messages: Sequence[bytes], now: float) -> None:
        sent = self.wire.write(messages) if messages else 0
        if sent:
            self._sent, self._delivered, self._last = self._sent + sent, self._delivered + len(messages), now

    def _take_early(self) -> list[bytes]:
        early, self._early, self._early_size = self._early, [], 0
        return early

    def _block(self, now: float) -> None:
        if not self.blocked:
            self.blocked = self.subscription.blocked = True
            self._blocked_since = now

    def _unblock(self) -> None:
        self.blocked = self.subscription.blocked = False
        self.wire.resume()

    def _judge(self, now: float) -> None:
        """Send a blocked client away once it is too far behind, in time, bytes or messages."""
        limits, waiting = self._limits, self.subscription.mailbox.backlog()
        # Waiting costs no memory, for the log is there anyway; a message counts with its bytes once it was encoded.
        size = sum(max(map(len, entry.encoded.values()), default=0) for entry in waiting)
        if len(waiting) > limits.waiting_messages or size > limits.waiting_bytes:
            self._drop(len(waiting), f"{len(waiting)} messages wait for it")
        elif now - self._blocked_since > limits.grace or self.wire.buffered() > limits.hard_buffer:
            self._drop(len(waiting), "it does not read")

    def _drop(self, messages: int, problem: str) -> None:
        logger.warning("client %s at %s is too slow and cut off: %s", self.id, self.remote, problem)
        self._dropped += messages
        self.send_away(CLOSE_SLOW, "too slow; resume with since")
