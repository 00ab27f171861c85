"""The members of a group that want the same keys: what waits for them, and what they have been sent."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from tradestream_nb.server.client import Client, Share
from tradestream_nb.server.line import Line, Sink
from tradestream_nb.topics import Entry

logger = logging.getLogger(__name__)


class Selection:
    """Members that are all sent the same bytes, in one write per turn of the loop."""

    def __init__(self, encode: Callable[[Sequence[bytes]], bytes]) -> None:
        """`encode` makes bytes of messages that every member's line takes."""
        self.members: dict[Client, tuple[Line, Sink, Share]] = {}
        """The line and the sink of each, and what had been sent to the others when it came."""
        self.dealt: list[Entry] = []
        """The entries of the present batch that its members want; empty between two batches."""
        self.waiting: list[bytes] = []
        self.size = 0
        """Bytes of what waits."""
        self._encode = encode
        self._sinks: tuple[Sink, ...] = ()
        """The sinks of all members, kept between two writes; empty after a member has come or gone."""
        self._lines: tuple[tuple[Client, Line], ...] = ()
        self._delivered = self._sent = 0
        self._last = 0.0

    def enter(self, client: Client, line: Line, conflated: int) -> None:
        """Take in a client; `conflated` is what its group has counted before."""
        self.members[client] = (line, line.sink, self._share(conflated))
        self._sinks = ()

    def leave(self, client: Client) -> None:
        """Let a client go."""
        del self.members[client]
        self._sinks = ()

    def share(self, client: Client, conflated: int) -> Share:
        """What a member was sent since it came, when the group has counted so much `conflated`."""
        now, then = self._share(conflated), self.members[client][2]
        return Share(
            now.delivered - then.delivered,
            now.sent - then.sent,
            now.conflated - then.conflated,
            max(now.last, then.last),
        )

    def add(self, messages: Sequence[bytes]) -> None:
        """Have messages wait for the end of the turn."""
        self.waiting += messages
        self.size += sum(map(len, messages))

    def send(self, now: float) -> None:
        """Write what waits to every member."""
        messages, self.waiting, self.size = self.waiting, [], 0
        data = self._encode(messages)
        self._delivered, self._sent, self._last = self._delivered + len(messages), self._sent + len(data), now
        if not self._sinks:
            self._sinks = tuple([sink for _, sink, _ in self.members.values()])
            self._lines = tuple([(client, line) for client, (line, *_) in self.members.items()])
        # One that is written to may leave meanwhile, and the rest is still due to the others.
        sinks, lines, size = self._sinks, self._lines, len(data)
        for place, sink in enumerate(sinks):
            try:
                taken = sink.send(data)
            except Exception:
                # The line finds out for itself whether it has to wait, or is broken.
                taken = 0
            if taken < size:
                self._finish(*lines[place], data, taken)

    def _finish(self, client: Client, line: Line, data: bytes, taken: int) -> None:
        try:
            line.finish(data, taken)
        except Exception:
            logger.exception("client %s at %s cannot be written to", client.id, client.remote)
            client.wire.abort()

    def _share(self, conflated: int) -> Share:
        return Share(self._delivered, self._sent, conflated, self._last)
