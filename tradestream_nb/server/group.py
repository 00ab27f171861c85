"""Clients that read the same and have come equally far: what is made for one of them goes to all of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable

from tradestream_nb.errors import ReaderTooSlow
from tradestream_nb.hub import Hub
from tradestream_nb.server.client import Client, Line, Share

logger = logging.getLogger(__name__)


class Group:
    """Reads in place of its members, each of which stays only as long as its line takes everything at once."""

    def __init__(self, hub: Hub, like: Client, line: Line, *, enough: int, wake: Callable[[Group], None]) -> None:
        """`enough` bytes of what is about to be overtaken are not held until the end of the turn."""
        self.members: dict[Client, tuple[Callable[[bytes], None], Share]] = {}
        """What each is written by, and what the group had been sent when it came."""
        self.woken = False
        self.wake, self.wake_at_once = lambda: wake(self), self.collect
        self.mailbox = hub.mailbox(self)
        for topic, keys in like.subscription.mailbox.subscriptions.items():
            self.mailbox.want(topic, keys)
        self.mailbox.take()
        self._frames, self._encode, self._enough = like.protocol.dialect.frames, line.encode, enough
        self._early: list[bytes] = []
        self._delivered = self._sent = 0
        self._last = 0.0

    def enter(self, client: Client, line: Line) -> None:
        """Take in a client that has read as much as the group has."""
        client.subscription.mailbox.rest_upon(self.mailbox)
        self.members[client] = (line.put, self._now())

    def leave(self, client: Client) -> list[bytes]:
        """Let a client read on alone, and return what it is still to be sent of what the group has read."""
        self.members.pop(client)
        client.subscription.mailbox.go_on_from(self.mailbox)
        return self._early.copy()

    def share(self, client: Client) -> Share:
        """What a member was sent as one of the group."""
        now, then = self._now(), self.members[client][1]
        return Share(
            now.delivered - then.delivered,
            now.sent - then.sent,
            now.conflated - then.conflated,
            max(now.last, then.last),
        )

    def collect(self) -> None:
        """Take what is about to be overtaken; it is sent with what else this turn brings."""
        try:
            self._take()
        except ReaderTooSlow:
            # The end of the turn is time enough to find that out.
            return
        if sum(map(len, self._early)) >= self._enough:
            self.flush(self._last)

    def flush(self, now: float) -> None:
        """Send what is pending to every member."""
        self.woken = False
        self._take()
        if not self._early:
            return
        messages, self._early = self._early, []
        data = self._encode(messages)
        self._delivered, self._sent, self._last = self._delivered + len(messages), self._sent + len(data), now
        for client, (put, _) in tuple(self.members.items()):
            try:
                put(data)
            except Exception:
                logger.exception("client %s at %s cannot be written to", client.id, client.remote)
                client.wire.abort()

    def _take(self) -> None:
        for batch in self.mailbox.take():
            self._early += self._frames(batch)

    def _now(self) -> Share:
        return Share(self._delivered, self._sent, self.mailbox.conflated, self._last)


class Groups:
    """The groups that there are, by what their members read and how it is written."""

    def __init__(self, hub: Hub, *, enough: int, wake: Callable[[Group], None]) -> None:
        self._hub, self._enough, self._wake = hub, enough, wake
        self._groups: dict[Hashable, Group] = {}
        self._joined: dict[Client, tuple[Hashable, Group]] = {}

    def join(self, client: Client) -> None:
        """Let a client be one of those who read the same, when nothing of it waits anywhere."""
        line, mailbox = client.line, client.subscription.mailbox
        if line is None or not client.at_ease() or not mailbox.at_rest() or not line.ready():
            return
        key = (line.kind, client.protocol.dialect.name, tuple(mailbox.subscriptions.items()))
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(self._hub, client, line, enough=self._enough, wake=self._wake)
        elif group.woken:
            # It has yet to send what the client has read already. They meet at the end of this turn.
            client.subscription.wake()
            return
        client.group, self._joined[client] = group, (key, group)
        group.enter(client, line)

    def part(self, client: Client) -> None:
        """Let a client read for itself; for one that does so already nothing changes."""
        if client not in self._joined:
            return
        key, group = self._joined.pop(client)
        client.leave_group()
        if not group.members:
            group.mailbox.close()
            del self._groups[key]

    def dissolve(self, group: Group) -> None:
        """Let every member read for itself."""
        for client in tuple(group.members):
            self.part(client)
