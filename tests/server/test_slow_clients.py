"""Clients that do not read, or not fast enough: they must cost the others nothing."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from contextlib import closing

import pytest

from tests.patience import PATIENCE
from tests.server.raw import small_socket, stalled
from tests.server.served import SYMBOLS, Served, ask, heard, make_small, serving, until
from tests.server.talk import TS, signal
from tradestream_nb.topics import HISTORY


async def test_a_stalled_client_delays_nobody_and_is_cut_off() -> None:
    async with serving(grace=600, close_deadline=0.1) as served:
        with closing(await stalled(served.port)):
            await watch_beside_a_stalled_client(served)


async def watch_beside_a_stalled_client(served: Served) -> None:
    async with served.connect(max_queue=None) as ws:
        await served.clients(2)
        last = await served.block()
        prices: list[float] = []
        while not prices or prices[-1] != last:
            prices.append(json.loads(await ws.recv())["symbols"][SYMBOLS[0]]["price"])
        assert prices == list(range(1, last + 1))
        assert len(served.server.clients) == 2
        for client in served.server.clients:
            client.look(asyncio.get_running_loop().time() + 601)
        await served.clients(1)
        assert not served.hub.blocked
        assert (await ask(ws, type="ping"))["type"] == "pong"


async def test_a_slow_client_gets_the_newest_prices_in_fewer_frames_and_every_signal(served: Served) -> None:
    async with served.connect(sock=small_socket(served.port), max_queue=1) as ws:
        await served.clients(1)
        blocked_at = await served.block()
        names = [f"S{number}" for number in range(served.limits.waiting_messages)]
        for last, name in enumerate(names, blocked_at + 1):
            served.hub.publish("signals", signal(name), TS)
            served.publish_prices(last)
            await asyncio.sleep(0)
        prices: list[float] = []
        signals: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while signals != names or prices[-1] != last:
                message = json.loads(await ws.recv())
                if message["type"] == "signal":
                    signals.append(message["symbol"])
                else:
                    prices.append(message["symbols"][SYMBOLS[0]]["price"])
    assert prices == sorted(set(prices))
    assert len(prices) < blocked_at + len(names) / 2


async def test_a_client_too_slow_for_every_signal_is_closed_with_4508(served: Served) -> None:
    async with served.connect(sock=small_socket(served.port), max_queue=1) as ws:
        await served.clients(1)
        await served.block()
        for number in range(HISTORY + 1):
            served.hub.publish("signals", signal(f"S{number}"), TS)
        assert not [message for message in await heard(ws) if message["type"] == "signal"]
        assert ws.close_code == 4508
    assert served.hub.readers == 0


async def test_nothing_more_is_read_from_a_client_that_does_not_take_its_answers(served: Served) -> None:
    async with served.connect(sock=small_socket(served.port), max_queue=1) as ws:
        [client] = await served.clients(1)
        make_small(client)

        async def flood() -> None:
            while True:
                await ws.send(json.dumps({"type": 30_000 * "x"}))

        flooding = asyncio.create_task(flood())
        await until(lambda: client.blocked)
        await asyncio.sleep(0.2)
        assert 0 < client.wire.buffered() < 2 * served.limits.soft_buffer
        flooding.cancel()
        ws.transport.abort()


@pytest.mark.parametrize("misbehaving", [stalled, small_socket], ids=["reads nothing", "never shakes hands"])
async def test_no_client_holds_up_the_end(
    misbehaving: Callable[[int], Awaitable[socket.socket] | socket.socket],
) -> None:
    async with serving(handshake_deadline=600, grace=600) as served:
        made = misbehaving(served.port)
        with closing(made if isinstance(made, socket.socket) else await made):
            async with served.connect() as ws:
                reading = asyncio.create_task(heard(ws))
                if misbehaving is stalled:
                    await served.clients(2)
                    await served.block()
                async with asyncio.timeout(PATIENCE):
                    await served.server.stop()
                await reading
                assert ws.close_code == 1012
