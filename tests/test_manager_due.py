"""When a manager looks at what has become due while no event comes: in time, and not all the time."""

from __future__ import annotations

import asyncio

import pytest

from tests.fast_loop import fast
from tests.managed import HANDLERS, Scripted, eventually, managed
from tradestream_nb import Quote, Timer, handler
from tradestream_nb.clock import SECOND, now
from tradestream_nb.manager import TICK
from tradestream_nb.messages import Message
from tradestream_nb.topics import LEAD


@handler(on=Timer, every=3600.0, topic="hours")
def hourly(timer: Timer) -> list[Message]:
    return []


@fast
async def test_a_batch_goes_out_at_the_moment_it_is_due_however_far_off_a_timer_is() -> None:
    loop = asyncio.get_running_loop()
    async with managed(Scripted(), handlers=[*HANDLERS, hourly], price_interval=3.0) as running:
        await eventually(lambda: running.status().state == "ok")
        reader = running.hub.open(lambda: told.append(loop.time()))
        reader.mailbox.subscribe("price_updates")
        for number in range(1, 20):
            told, began = list[float](), loop.time()
            running.put(Quote("AAPL", 190.0 + number, ts=now()))
            await asyncio.sleep(3.0)
            assert told == [pytest.approx(began + LEAD / SECOND, abs=0.001)]
            reader.mailbox.take()
            await asyncio.sleep(3.0 + number / 77)


@fast
async def test_the_shortest_interval_makes_nobody_look_all_the_time() -> None:
    async with managed(Scripted(), price_interval=1e-7) as running:
        await eventually(lambda: running.status().state == "ok")
        looks = list[int]()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(running.pipeline, "advance", looks.append)
            await asyncio.sleep(10 * TICK)
        assert 0 < len(looks) <= 11
