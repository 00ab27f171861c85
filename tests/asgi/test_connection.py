"""A WebSocket whose server takes what it is sent when the test says so."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from tests.patience import PATIENCE
from tests.server.served import until
from tests.server.talk import TS, signal
from tradestream_nb.asgi import connection as connection_module
from tradestream_nb.asgi.connection import AsgiConnection
from tradestream_nb.asgi.wire import AsgiEvent
from tradestream_nb.hub import Hub
from tradestream_nb.server import clients as clients_module
from tradestream_nb.server.clients import Clients
from tradestream_nb.server.door.admission import Admission
from tradestream_nb.server.door.identity import LOCAL
from tradestream_nb.server.limits import Limits

SCOPE: dict[str, Any] = {"type": "websocket", "client": ("127.0.0.1", 1), "server": None}
LIMITS = Limits(soft_buffer=1_000, grace=0.1, close_deadline=0.1, request_rate=1e6, request_burst=1_000_000)


class Server:
    """The other side of `receive` and `send`."""

    def __init__(self, *said: str) -> None:
        self.said, self.heard = list(said), 0
        self.sent: list[AsgiEvent] = []
        self.takes = asyncio.Event()
        self.over = asyncio.Event()

    async def receive(self) -> AsgiEvent:
        if self.heard < len(self.said):
            self.heard += 1
            return {"type": "websocket.receive", "text": self.said[self.heard - 1]}
        await self.over.wait()
        return {"type": "websocket.disconnect", "code": 1000}

    async def send(self, event: AsgiEvent) -> None:
        if event["type"] != "websocket.accept":
            await self.takes.wait()
        self.sent.append(event)


def opened(server: Server, hub: Hub, limits: Limits = LIMITS) -> tuple[Clients, asyncio.Task[None]]:
    """The clients, whom nobody looks after before they are started, and the connection that is one of them."""
    clients = Clients(hub, limits=limits)
    return clients, joined(server, clients, limits)


def joined(server: Server, clients: Clients, limits: Limits = LIMITS) -> asyncio.Task[None]:
    """One more of them."""
    connection = AsgiConnection(clients, limits, SCOPE, server.receive, server.send)
    return asyncio.create_task(connection.run(Admission(LOCAL)))


async def test_nothing_more_is_heard_from_a_client_that_does_not_take_its_answers_and_goes_on_as_soon_as_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clients_module, "AGAIN", 60)
    server = Server(*200 * ['{"type":"ping"}'])
    clients, connection = opened(server, Hub(), Limits(soft_buffer=1_000, request_rate=1e6, request_burst=1_000_000))
    for _ in range(500):
        await asyncio.sleep(0)
    assert 10 < server.heard < 50
    server.takes.set()
    await until(lambda: server.heard == 200)
    await until(lambda: [event["type"] for event in server.sent].count("websocket.send") == 200)
    server.over.set()
    await connection


async def test_the_loop_does_not_wait_for_the_search_for_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = list[int]()
    monkeypatch.setattr(connection_module, "hang_up_after", lambda *_: threads.append(threading.get_ident()))
    server, scope = Server(), SCOPE | {"server": ("127.0.0.1", 2)}
    server.takes.set()
    server.over.set()
    clients = Clients(Hub(), limits=LIMITS)
    await AsgiConnection(clients, LIMITS, scope, server.receive, server.send).run(Admission(LOCAL))
    await until(lambda: len(threads) == 1)
    assert threading.get_ident() not in threads


async def test_an_empty_binary_message_is_no_empty_text() -> None:
    server = Server()
    server.takes.set()
    server.over.set()
    heard: list[AsgiEvent] = [{"type": "websocket.receive", "bytes": b"", "text": None}]

    async def receive() -> AsgiEvent:
        return heard.pop() if heard else await server.receive()

    clients = Clients(Hub(), limits=LIMITS)
    await AsgiConnection(clients, LIMITS, SCOPE, receive, server.send).run(Admission(LOCAL))
    assert "binary messages are not understood" in server.sent[1]["text"]


async def test_who_takes_nothing_is_cut_off_though_it_never_takes_the_goodbye() -> None:
    server, hub = Server(), Hub()
    clients, connection = opened(server, hub)
    clients.start()
    await until(lambda: len(clients) == 1)
    for number in range(20):
        hub.publish("signals", signal(f"S{number}"), TS)
    await asyncio.sleep(0)
    hub.publish("signals", signal(), TS)
    async with asyncio.timeout(PATIENCE):
        await connection
    assert len(clients) == 0
    assert [event["type"] for event in server.sent] == ["websocket.accept"]
    assert clients.totals().ended == {"slow": 1}
    clients.stop()


async def test_frames_come_in_order_and_the_goodbye_last() -> None:
    server, hub = Server(), Hub()
    server.takes.set()
    clients, connection = opened(server, hub)
    await until(lambda: len(clients) == 1)
    for number in range(3):
        hub.publish("signals", signal(f"S{number}"), TS)
    await until(lambda: len(server.sent) == 4)
    clients.disconnect(next(iter(clients)).id, 4403, "go")
    await connection
    assert [f'"S{number}"' in event["text"] for number, event in enumerate(server.sent[1:4])] == [True] * 3
    assert server.sent[-1] == {"type": "websocket.close", "code": 4403, "reason": "go"}


async def test_what_many_get_is_made_once_for_all_of_them() -> None:
    servers, hub = [Server(), Server()], Hub()
    clients = Clients(hub, limits=LIMITS)
    for server in servers:
        server.takes.set()
    connections = [joined(server, clients) for server in servers]
    await until(lambda: len(clients) == 2)
    hub.publish("signals", signal("S1"), TS)
    hub.publish("signals", signal("S2"), TS)
    await until(lambda: all(len(server.sent) == 3 for server in servers))
    one, other = ([event["text"] for event in server.sent[1:]] for server in servers)
    assert ['"S1"' in one[0], '"S2"' in one[1]] == [True, True]
    assert all(mine is yours for mine, yours in zip(one, other, strict=True))
    for server in servers:
        server.over.set()
    await asyncio.gather(*connections)


async def test_one_that_takes_nothing_holds_up_none_of_those_who_read_the_same_and_misses_nothing() -> None:
    fast, slow, hub, patient = Server(), Server(), Hub(), Limits(soft_buffer=1_000)
    fast.takes.set()
    clients, connection = opened(slow, hub, patient)
    other = joined(fast, clients, patient)
    await until(lambda: len(clients) == 2)
    for number in range(100):
        hub.publish("signals", signal(f"S{number}"), TS)
        await asyncio.sleep(0)
    await until(lambda: len(fast.sent) == 101)
    assert 1_000 <= max(client.wire.buffered() for client in clients) < 1_500
    slow.takes.set()
    await until(lambda: len(slow.sent) == 101)
    assert [event["text"] for event in slow.sent[1:]] == [event["text"] for event in fast.sent[1:]]
    assert all(f'"S{number}"' in event["text"] for number, event in enumerate(slow.sent[1:]))
    slow.over.set()
    fast.over.set()
    await asyncio.gather(connection, other)
