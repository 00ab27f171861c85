"""What a session leaves behind: nothing."""

from __future__ import annotations

import asyncio
import gc
import os
import threading

from tests.sessions import says_hello
from tradestream_nb.session import Session


async def test_twenty_starts_and_stops_leave_nothing_behind(session: Session) -> None:
    view = session.prices()
    await session.start()
    await session.stop()
    before = held()
    for _ in range(20):
        await session.start()
        says_hello(view)
        await session.stop()
    assert held() == before


def held() -> tuple[int, int, int, int]:
    """Threads, tasks, file descriptors and loops of this process."""
    gc.collect()
    loops = sum(isinstance(thing, asyncio.AbstractEventLoop) for thing in gc.get_objects())
    return threading.active_count(), len(asyncio.all_tasks()), len(os.listdir("/dev/fd")), loops
