"""Runs something that may fail, again and again, with growing pauses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

STEADY = 60.0
"""Seconds that a run must last for earlier failures to be forgotten."""


async def run_until_it_ends(run: Callable[[], Awaitable[None]], *, failed: Callable[[BaseException], None]) -> None:
    """Await `run` until it returns; each time that it raises, tell `failed`, wait, and start it again."""
    delays, loop = backoff(), asyncio.get_running_loop()
    while True:
        began = loop.time()
        try:
            return await run()
        except (Exception, asyncio.CancelledError) as error:
            if _cancelled():
                raise
            failed(error)
        if loop.time() - began > STEADY:
            delays = backoff()
        await asyncio.sleep(next(delays))


def backoff(first: float = 0.5, *, factor: float = 2.0, most: float = 30.0) -> Iterator[float]:
    """Seconds to wait before each next attempt, without end."""
    delay = first
    while True:
        yield delay
        delay = min(most, delay * factor)


def _cancelled() -> bool:
    """Whether this task itself is told to stop, and not only something that it waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
