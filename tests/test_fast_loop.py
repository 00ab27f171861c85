"""A fast loop's time leaps over what is waited for, not over what is done."""

from __future__ import annotations

import asyncio
import time

from tests.fast_loop import fast


@fast
async def test_the_end_waits_for_what_a_thread_still_does() -> None:
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.1)
