"""What waits for the reader."""

from __future__ import annotations

import asyncio

import pytest

from tests.server.talk import signal
from tradestream_nb.client.inbox import Inbox


async def test_it_gives_in_the_order_it_got() -> None:
    inbox = Inbox()
    inbox.put([signal("A"), signal("B")])
    assert [await inbox.take(), await inbox.take()] == [signal("A"), signal("B")]


async def test_a_reader_waits_for_what_comes() -> None:
    inbox = Inbox()
    reading = asyncio.create_task(inbox.take())
    await asyncio.sleep(0)
    inbox.put([signal()])
    assert await reading == signal()


async def test_who_fills_it_waits_for_room() -> None:
    inbox = Inbox()
    inbox.put([signal("A"), signal("B")])
    filling = asyncio.create_task(inbox.room(lambda: len(inbox) >= 2))
    await asyncio.sleep(0)
    assert not filling.done()
    await inbox.take()
    await filling


async def test_after_the_end_comes_what_was_left_and_the_failure_once() -> None:
    inbox = Inbox()
    inbox.put([signal()])
    inbox.end(ValueError("broken"))
    assert await inbox.take() == signal()
    with pytest.raises(ValueError, match="broken"):
        await inbox.take()
    with pytest.raises(StopAsyncIteration):
        await inbox.take()
