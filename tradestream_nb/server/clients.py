"""All clients of a hub: woken together at the end of a turn of the loop, looked after, counted and sent away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Literal

from msgspec.structs import replace

from tradestream_nb import clock
from tradestream_nb.errors import ReaderTooSlow
from tradestream_nb.hub import Hub, Subscription
from tradestream_nb.server import audit
from tradestream_nb.server.client import Client
from tradestream_nb.server.counters import Counters, Totals
from tradestream_nb.server.door.admission import Admission
from tradestream_nb.server.door.identity import Identity
from tradestream_nb.server.group import Group, Groups
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.line import Line, Wire
from tradestream_nb.server.wire.closing import INTERNAL
from tradestream_nb.server.wire.modes import mode_of
from tradestream_nb.server.wire.protocol import Protocol

logger = logging.getLogger(__name__)

AGAIN, ROUND = 0.05, 1.0
"""Seconds between two looks at a client that could not take more, and at most between two at everyone."""
End = Literal["left", "lost", "slow"]
"""How a connection ends of itself: with a goodbye, without a word, or because what was sent was not taken."""


class Clients:
    """Opens and ends clients; call it on the loop, between `start` and `stop`."""

    def __init__(
        self,
        hub: Hub,
        *,
        limits: Limits,
        now: Callable[[], int] = clock.now,
        identify: Callable[[str], Identity | None] = lambda token: None,
    ) -> None:
        """`now` is the streams' own clock in epoch µs; `identify` tells whose a token is that a client sends."""
        self._hub, self._limits, self._now, self._identify = hub, limits, now, identify
        # What one may come back for, and what may wait for it, has to be there.
        hub.keep(max(limits.history, limits.waiting_messages))
        self._loop = asyncio.get_running_loop()
        self._clients: dict[str, Client] = {}
        self._names = count(1)
        self._woken: list[Client | Group] = []
        self._groups = Groups(hub, enough=limits.soft_buffer, wake=self._wake)
        self._gone = Totals()
        self._looking: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._clients)

    def __iter__(self) -> Iterator[Client]:
        return iter(tuple(self._clients.values()))

    def start(self) -> None:
        """Begin to look after the clients."""
        self._looking = self._loop.create_task(self._look())

    def stop(self) -> None:
        """Look after them no more; a second call changes nothing."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def open(self, wire: Wire, admission: Admission, remote: str, *, line: Line | None = None) -> Client:
        """Greet a new client, and send what it gets from the start; `line` is the wire again where it can be shared."""
        subscription = self._hub.open(lambda: self._wake(client))
        protocol = self._speak(admission, subscription)
        client = Client(
            str(next(self._names)),
            wire,
            subscription,
            protocol,
            admission=admission,
            remote=remote,
            connected=clock.now(),
            limits=self._limits,
            clock=self._loop.time,
            line=line,
        )
        self._clients[client.id] = client
        self._gone.connections += 1
        client.opened()
        audit.connected(client.id, client.counters())
        self._settle(client)
        return client

    def received(self, client: Client, data: str | bytes) -> None:
        """Let a client answer what was said to it; what fails there ends that client only."""
        known = client.protocol.identity
        self._groups.part(client)
        try:
            client.received(data)
        except Exception:
            self._fail(client)
        if known is None and (identity := client.protocol.identity) is not None:
            audit.authenticated(client.id, client.remote, identity.name)
        self._settle(client)

    def flush(self, client: Client) -> None:
        """Send a client what is pending; what fails there ends that client only."""
        try:
            client.flush(self._loop.time())
        except Exception:
            self._fail(client)
        self._settle(client)

    def throttle(self, client: Client) -> None:
        """Read no more requests of a client that does not take what it is sent, until it does."""
        client.throttle()
        self._settle(client)

    def stand_alone(self, client: Client) -> None:
        """Take a client out of its group: its wire does not take everything at once any more."""
        self._groups.part(client)

    def close(self, client: Client, how: End = "left") -> None:
        """Forget a client whose connection has ended; `how` it ended counts unless it was sent away."""
        if self._clients.pop(client.id, None) is not None:
            if client.reminder is not None:
                client.reminder.cancel()
            self._groups.part(client)
            counters, why = client.counters(), client.why or how
            self._gone.add(counters)
            self._gone.ended[why] += 1
            audit.disconnected(client.id, counters, why, seconds=(clock.now() - client.connected) / clock.SECOND)
            self._hub.close(client.subscription)

    def violated(self, client: Client, code: int, reason: str) -> None:
        """Send a client away for a message that could not even be read."""
        self._groups.part(client)
        client.violated(code, reason)

    def disconnect(self, name: str, code: int, reason: str) -> bool:
        """Send a client away; False when there is none of that id."""
        client = self._clients.get(name)
        if client is not None:
            self._groups.part(client)
            client.send_away(code, reason, why="operator")
        return client is not None

    def say_goodbye(self) -> None:
        """Tell every client that the server stops."""
        for client in self:
            self._groups.part(client)
            client.say_goodbye()

    def totals(self, there: Iterable[Counters] | None = None) -> Totals:
        """The sum over all clients since the start; `there` are those of now, where they are known already."""
        totals = replace(self._gone, ended=self._gone.ended.copy())
        for counters in (client.counters() for client in self) if there is None else there:
            totals.add(counters)
        return totals

    def _speak(self, admission: Admission, subscription: Subscription) -> Protocol:
        return mode_of(admission)(
            self._hub,
            subscription,
            now=self._now,
            clock=self._loop.time,
            identity=admission.identity,
            identify=self._identify,
            limits=self._limits,
        )

    def _wake(self, reader: Client | Group) -> None:
        if reader.woken:
            return
        reader.woken = True
        if not self._woken:
            self._loop.call_soon(self._end_turn)
        self._woken.append(reader)

    def _settle(self, client: Client) -> None:
        """Let a client join a group where it may, and set the timer for what its pace or a full buffer holds back."""
        self._groups.join(client)
        due, before = client.protocol.due, client.reminder
        if client.blocked:
            due = self._loop.time() + AGAIN if before is None else before.when()
        if due is None or client.why is not None:
            return
        if before is None or before.when() != due:
            if before is not None:
                before.cancel()
            client.reminder = self._loop.call_at(due, self._be_reminded, client)

    def _be_reminded(self, client: Client) -> None:
        client.reminder = None
        if client.blocked:
            self._look_at(client)
        else:
            self.flush(client)

    def _end_turn(self) -> None:
        """Flush everyone whom this turn of the loop has brought something, however many messages."""
        woken, self._woken = self._woken, []
        for reader in woken:
            if isinstance(reader, Group):
                self._flush_group(reader)
            else:
                self.flush(reader)

    def _flush_group(self, group: Group) -> None:
        try:
            group.flush(self._loop.time())
        except ReaderTooSlow:
            # Each for itself then, and who has missed too much is found out there.
            self._groups.dissolve(group)
        except Exception:
            logger.exception("clients that read together have failed, and read on alone")
            self._groups.dissolve(group)

    async def _look(self) -> None:
        pause = min(ROUND, self._limits.heartbeat / 2)
        while True:
            await asyncio.sleep(pause)
            # So that a heartbeat never tells of what is yet to be sent.
            self._end_turn()
            for client in self:
                self._look_at(client)

    def _look_at(self, client: Client) -> None:
        try:
            client.look(self._loop.time())
        except Exception:
            self._fail(client)
        self._settle(client)

    def _fail(self, client: Client) -> None:
        logger.exception("client %s at %s has failed", client.id, client.remote)
        self._groups.part(client)
        client.send_away(INTERNAL, "internal error", why="failed")
