"""A session behind a port."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import closing
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.server.served import heard, until
from tests.sessions import make
from tradestream_nb.errors import UserError
from tradestream_nb.server.front import Front
from tradestream_nb.session import Session


async def test_a_client_hears_the_sessions_streams_until_it_stops(session: Session) -> None:
    await session.start()
    url = await session.serve(port=0)
    assert url.startswith("http://127.0.0.1:") and f'href="{url}"' in url._repr_html_()
    async with connect(f"{url.replace('http', 'ws')}ws") as ws:
        assert json.loads(await ws.recv())["type"] in ("price_update", "portfolio_update")
        listening = asyncio.create_task(heard(ws))
        await session.stop()
        await listening
        assert ws.close_code == 1012
    with pytest.raises(OSError):
        await connect(f"{url.replace('http', 'ws')}ws")


async def test_serving_twice_changes_nothing(session: Session) -> None:
    await session.start()
    assert await session.serve(port=0) == await session.serve()


async def test_it_can_be_served_again_after_a_stop_and_a_start(session: Session) -> None:
    for _ in range(2):
        await session.start()
        async with connect(f"{(await session.serve(port=0)).replace('http', 'ws')}ws") as ws:
            await ws.recv()
        await session.stop()


async def test_a_port_that_is_taken_or_a_session_that_is_not_started_is_told(session: Session) -> None:
    with pytest.raises(UserError, match=r"await session\.start\(\) first"):
        await make().serve(port=0)
    await session.start()
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        with pytest.raises(UserError, match="is in use"):
            await session.serve(port=taken.getsockname()[1])
    assert await session.serve(port=0)


@pytest.mark.parametrize("port", ["", None, 1.5, -1])
async def test_what_is_no_port_is_told_each_time(session: Session, port: Any) -> None:
    await session.start()
    for _ in range(2):
        with pytest.raises(UserError, match=r"^port=.* does not fit"):
            await session.serve(port)
        await session.serve(0)


async def test_two_calls_at_once_open_one_port() -> None:
    async with Session(source="sim", seed=7) as session:
        first, second = await asyncio.gather(session.serve(0), session.serve(0))
        assert first == second


async def test_a_port_that_opens_though_nobody_waits_for_it_is_closed_by_the_stop(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, start = list[int](), Front.start

    async def slow(front: Front, host: str, port: int) -> int:
        opened.append(await start(front, host, port))
        await asyncio.sleep(0.1)
        return opened[-1]

    monkeypatch.setattr(Front, "start", slow)
    await session.start()
    serving = asyncio.create_task(session.serve(0))
    await until(lambda: bool(opened))
    serving.cancel()
    await asyncio.wait([serving])
    await session.stop()
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", opened[0])
