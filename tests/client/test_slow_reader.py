"""Readers that do not keep up."""

from __future__ import annotations

import asyncio

import pytest

from tests.client.reading import take, url
from tests.server.served import SYMBOLS, Served
from tests.server.talk import TS, signal
from tradestream_nb.client import connect, upkeep
from tradestream_nb.errors import RequestRefused
from tradestream_nb.messages import PriceUpdate, SignalRaised


async def test_what_is_not_read_stays_with_the_server_which_conflates_it(served: Served) -> None:
    async with connect(url(served)) as client:
        await client.subscribe("price_updates")
        blocked_at = await served.block()
        for last in range(blocked_at, blocked_at + 200):
            served.publish_prices(last)
            await asyncio.sleep(0.001)
            assert client.unread < upkeep.PREFETCH + len(SYMBOLS)
        assert client.unread >= upkeep.PREFETCH
        read = 0
        newest: dict[str, float] = {}
        async for message in client:
            if isinstance(message, PriceUpdate):
                read, newest[message.symbol] = read + 1, message.price
            if len(newest) == len(SYMBOLS) and set(newest.values()) == {last}:
                break
        assert read < last * len(SYMBOLS) / 2


async def test_an_answer_comes_past_messages_that_nobody_reads(served: Served) -> None:
    async with connect(url(served)) as client:
        await client.subscribe("price_updates")
        for value in range(30):
            served.publish_prices(value)
            await asyncio.sleep(0)
        assert await client.list() == {"price_updates": "*"}


async def test_a_request_behind_more_than_can_be_kept_says_to_read_first(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connect(url(served)) as client:
        await client.subscribe("price_updates")
        served.publish_prices(1)
        await take(client, 1)
        monkeypatch.setattr(upkeep, "PREFETCH_ASKING", 50)
        with pytest.raises(RequestRefused, match="99 messages wait to be read; read them first"):
            await client.list()
        await take(client, 99)
        assert await client.list() == {"price_updates": "*"}


async def test_signals_are_all_read_however_slow_the_reader(served: Served) -> None:
    names = [f"S{number}" for number in range(900)]
    async with connect(url(served)) as client:
        await client.subscribe("signals")
        for name in names:
            served.hub.publish("signals", signal(name), TS)
        heard = [message.symbol for message in await take(client, len(names)) if isinstance(message, SignalRaised)]
        assert heard == names
