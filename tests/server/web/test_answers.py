"""How answers go out: with the same headers whoever wrote them, and to those who take them slowly."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from tests.patience import PATIENCE
from tests.server.raw import HANDSHAKE, UPGRADE, get, small_socket
from tests.server.served import serving
from tradestream_nb.hub import Hub
from tradestream_nb.server.connection import Server
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.give_up import CAN
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.web.http import HEADERS, Reply
from tradestream_nb.server.web.routes import Route, Routes

LENGTH = 8_000_000
HEALTH = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.mark.parametrize(
    ("path", "more", "method", "status"),
    [
        ("/nothing", (), "GET", 404),
        ("/", (), "TRACE", 405),
        ("/", (), "OPTIONS", 405),
        ("/", ("Origin: https://evil.example",), "GET", 403),
        ("/", ("Content-Length: 3",), "POST", 400),
        ("/ws", UPGRADE[:2], "GET", 400),
        ("/ws", UPGRADE, "POST", 405),
        ("/" + "a" * 9_000, (), "GET", 414),
        ("/", ("X: " + "a" * 9_000,), "GET", 431),
        ("/", tuple(f"X-{number}: a" for number in range(200)), "GET", 431),
    ],
)
async def test_every_refusal_has_the_headers_that_protect_a_page(
    path: str, more: tuple[str, ...], method: str, status: int
) -> None:
    async with serving() as served:
        got, headers, _ = await get(served.port, path, *more, method=method)
        assert got == status
        assert {name.lower(): value for name, value in HEADERS.items()}.items() <= headers.items()


@pytest.mark.parametrize("behind", [HEALTH, HANDSHAKE, "no request"])
async def test_the_first_of_requests_sent_together_is_answered_as_the_last(behind: str) -> None:
    async with serving() as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write((HEALTH + behind).encode())
        async with asyncio.timeout(PATIENCE):
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ") and b"\r\nConnection: close" in head
        assert body == b"ok\n"
        writer.close()


async def test_a_page_that_is_taken_slowly_arrives_whole() -> None:
    limits, long = Limits(close_deadline=0.1, grace=5), Reply(200, "text/plain", b"x" * LENGTH)
    routes = Routes({"/long": Route(lambda request, identity: long)})
    server = Server(Hub(), Access().admissions("127.0.0.1", routes, limits), limits=limits)
    port, loop, taken = await server.start("127.0.0.1", 0), asyncio.get_running_loop(), 0
    with closing(small_socket(port, size=65_536)) as sock:
        sock.setblocking(False)
        await loop.sock_sendall(sock, b"GET /long HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        await asyncio.sleep(0.3)
        while part := await loop.sock_recv(sock, 65_536):
            taken += len(part)
    assert taken > LENGTH
    await server.stop()


@pytest.mark.skipif(not CAN, reason="only Linux tells that a peer has stopped reading")
async def test_one_that_does_not_read_is_gone_though_the_system_took_all_that_it_was_sent() -> None:
    async with serving(grace=0.3, keepalive=60) as served:
        with closing(small_socket(served.port)) as sock:
            ws = await served.connect(sock=sock, max_queue=1)
            [client] = await served.clients(1)
            ws.transport.pause_reading()
            async with asyncio.timeout(PATIENCE):
                while len(served.server.clients):
                    served.publish_prices(1.0)
                    assert not client.blocked
                    await asyncio.sleep(0.05)
            assert served.server.clients.totals().ended == {"slow": 1}
            ws.transport.abort()
