"""One client, over any kind of connection: what is sent to it and when, and when it is sent away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import NamedTuple
from typing import Protocol as Capability

from tradestream_nb.errors import ReaderTooSlow
from tradestream_nb.hub import Subscription
from tradestream_nb.server import audit
from tradestream_nb.server.counters import Counters
from tradestream_nb.server.door.admission import Admission
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.line import Line, Wire
from tradestream_nb.server.patience import too_slow
from tradestream_nb.server.wire.closing import REASONS, RESTART, SLOW
from tradestream_nb.server.wire.protocol import Protocol

logger = logging.getLogger(__name__)


class Share(NamedTuple):
    """What has been sent, when last, and what was conflated on the way."""

    delivered: int
    sent: int
    conflated: int
    last: float

    def plus(self, other: Share) -> Share:
        """Both together."""
        return Share(
            self.delivered + other.delivered,
            self.sent + other.sent,
            self.conflated + other.conflated,
            max(self.last, other.last),
        )


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
        """The group that reads for it, while it is a member of one; it reads nothing by itself then."""
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
        """Whether it may join a group: it is in none, stays, and nothing is held back from it."""
        return self.why is None and self.group is None and not (self.blocked or self._early or self.woken)

    def leave_group(self) -> None:
        """Read for itself from where the group is, in this turn already."""
        if self.group is not None:
            self._delivered, self._sent, self.subscription.mailbox.conflated, self._last = self._share()
            self._early, self.group = self.group.leave(self), None
            self._early_size = sum(map(len, self._early))
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
        """Read no more requests of a client that does not take what it is sent, until it does."""
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
        """Read what a newer value is about to replace; it is sent with what else this turn brings."""
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
        """Try again where it was blocked, and send it away when that lasts too long; else say that we are there."""
        if self.blocked:
            self.flush(now)
        if self.why is not None:
            return
        if self.blocked:
            self._judge(now - self._blocked_since)
        elif not (self.woken or (self.group is not None and self.group.woken)):
            # Else there is news to come this turn, and a heartbeat would say of it that it had been sent.
            self._write(self.protocol.idle(now - self._share().last), now)
            self._end_if_decided()

    def say_goodbye(self) -> None:
        """Announce the end of the server; who has not even taken what came before is cut off."""
        now = self._clock()
        self.flush(now)
        if self.blocked:
            self.wire.abort()
        else:
            self._write(self.protocol.closing(), now)
            self.send_away(RESTART, "the server stops")

    def violated(self, code: int, reason: str) -> None:
        """Send it away for a rule that it broke, and log that; once it is sent away nothing changes."""
        if self.why is None:
            audit.violation(self.id, self.remote, code, reason)
            self.send_away(code, reason)

    def send_away(self, code: int, reason: str, *, why: str | None = None) -> None:
        """Close, and send nothing more; a second time changes nothing."""
        if self.why is None:
            self.why = why or REASONS.get(code, "protocol")
            self.subscription.mailbox.close()
            self.blocked = self.subscription.blocked = False
            self.wire.close(code, reason)

    def counters(self) -> Counters:
        """What there is to know of it now."""
        identity, share = self.protocol.identity, self._share()
        return Counters(
            remote=self.remote,
            identity=None if identity is None else identity.name,
            mode=self.admission.mode,
            codec=self.admission.codec,
            connected=self.connected,
            delivered=share.delivered,
            sent=share.sent,
            conflated=share.conflated,
            dropped=self._dropped,
            buffered=self.wire.buffered(),
            lag_ms=round(1000 * (self._clock() - self._blocked_since)) if self.blocked else 0,
        )

    def _share(self) -> Share:
        """What it was sent, alone and as a member of its group."""
        alone = Share(self._delivered, self._sent, self.subscription.mailbox.conflated, self._last)
        return alone if self.group is None else alone.plus(self.group.share(self))

    def _end_if_decided(self) -> None:
        """Close when the protocol has come to that."""
        if self.protocol.ended is not None:
            self.violated(*self.protocol.ended)

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

    def _judge(self, seconds: float) -> None:
        """Send it away when it is too far behind after so many seconds of being blocked."""
        waiting = self.subscription.mailbox.backlog()
        problem = too_slow(self._limits, waiting=waiting, buffered=self.wire.buffered(), seconds=seconds)
        if problem is not None:
            self._drop(len(waiting), problem)

    def _drop(self, messages: int, problem: str) -> None:
        logger.warning("client %s at %s is too slow and cut off: %s", self.id, self.remote, problem)
        self._dropped += messages
        self.send_away(SLOW, "too slow; resume with since")
