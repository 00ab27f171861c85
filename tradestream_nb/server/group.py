"""Clients that read the same topics and have come equally far: what is read for one of them is read for all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping

from tradestream_nb.errors import ReaderTooSlow
from tradestream_nb.hub import Hub
from tradestream_nb.keys import ALL, Keys
from tradestream_nb.server.client import Client, Share
from tradestream_nb.server.line import Line
from tradestream_nb.server.selection import Selection
from tradestream_nb.topics import Batch

PRICES = "price_updates"
"""The topic of which members may want symbols of their own, and get frames of their own then."""

Symbols = frozenset[str] | None
"""The symbols that a member wants the prices of; None for what the group reads anyway."""


class Group:
    """Reads in place of its members, each of which stays only as long as its line takes everything at once."""

    def __init__(
        self, hub: Hub, like: Client, topics: Mapping[str, Keys], *, enough: int, wake: Callable[[Group], None]
    ) -> None:
        """`enough` bytes of what is about to be overtaken are not held until the end of the turn."""
        self.woken = False
        self.wake, self.wake_at_once = lambda: wake(self), self.collect
        self.mailbox = hub.mailbox(self)
        for topic, keys in topics.items():
            self.mailbox.want(topic, keys)
        self.mailbox.take()
        self._dialect, self._enough = like.protocol.dialect, enough
        self._selections: dict[Symbols, Selection] = {}
        self._places: dict[Client, Symbols] = {}
        self._wanted: dict[str, list[Selection]] = {}
        """The selections with symbols of their own, by symbol."""
        self._last = 0.0

    @property
    def members(self) -> Iterable[Client]:
        """Everyone who is in it."""
        return self._places

    def enter(self, client: Client, line: Line, symbols: Symbols) -> None:
        """Take in a client that has read as much as the group has."""
        client.subscription.mailbox.stand_by()
        selection = self._selections.get(symbols)
        if selection is None:
            selection = self._selections[symbols] = Selection(line.encode)
            for symbol in symbols or ():
                self._wanted.setdefault(symbol, []).append(selection)
        self._places[client] = symbols
        selection.enter(client, line, self._conflated(symbols))

    def leave(self, client: Client) -> list[bytes]:
        """Let a client read on alone, and return what it is still to be sent of what the group has read."""
        symbols = self._places.pop(client)
        selection = self._selections[symbols]
        selection.leave(client)
        if not selection.members:
            del self._selections[symbols]
            for symbol in symbols or ():
                self._wanted[symbol].remove(selection)
                if not self._wanted[symbol]:
                    del self._wanted[symbol]
        client.subscription.mailbox.go_on_from(self.mailbox)
        return selection.waiting.copy()

    def share(self, client: Client) -> Share:
        """What a member was sent as one of the group."""
        symbols = self._places[client]
        return self._selections[symbols].share(client, self._conflated(symbols))

    def collect(self) -> None:
        """Read what a newer value is about to replace; it is sent with what else this turn brings."""
        try:
            self._take()
        except ReaderTooSlow:
            # The end of the turn is time enough to find that out.
            return
        if any([selection.size >= self._enough for selection in self._selections.values()]):
            self.flush(self._last)

    def flush(self, now: float) -> None:
        """Send what is pending to every member."""
        self.woken, self._last = False, now
        self._take()
        for selection in tuple(self._selections.values()):
            if selection.waiting:
                selection.send(now)

    def _take(self) -> None:
        for batch in self.mailbox.take():
            if self._wanted and batch.topic == PRICES:
                self._deal(batch)
            else:
                frames = self._dialect.frames(batch)
                for selection in self._selections.values():
                    selection.add(frames)

    def _deal(self, batch: Batch) -> None:
        """Give everyone the prices that it wants, and one frame of them."""
        wanted = self._wanted
        for entry in batch.entries:
            if entry.key in wanted:
                for selection in wanted[entry.key]:
                    selection.dealt.append(entry)
        for symbols, selection in self._selections.items():
            if symbols is None:
                selection.add(self._dialect.frames(batch))
            elif selection.dealt:
                selection.add((self._dialect.part(batch, selection.dealt),))
                selection.dealt = []

    def _conflated(self, symbols: Symbols) -> int:
        """What was overtaken before it was read; of single symbols nobody keeps count."""
        return self.mailbox.conflated if symbols is None else 0


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
        topics, symbols = _parted(mailbox.subscriptions)
        key = (line.kind, client.protocol.dialect.name, tuple(topics.items()))
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(self._hub, client, topics, enough=self._enough, wake=self._wake)
        elif group.woken:
            # It has yet to send what the client has read already. They meet at the end of this turn.
            client.subscription.wake()
            return
        client.group, self._joined[client] = group, (key, group)
        group.enter(client, line, symbols)

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


def _parted(topics: dict[str, Keys]) -> tuple[dict[str, Keys], Symbols]:
    """What a group reads for one that reads these topics, and what it picks out of that."""
    prices = topics.get(PRICES)
    if prices is None or prices.all_but:
        return topics, None
    return {**topics, PRICES: ALL}, prices.names
