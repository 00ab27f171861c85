"""What a session leaves behind: nothing."""

from __future__ import annotations

import asyncio
import gc
import os
import threading

from ipywidgets.widgets import widget

from tests.sessions import HANDLERS, says_hello
from tradestream_nb import definitions
from tradestream_nb.session import Session


async def test_twenty_starts_and_stops_leave_nothing_behind(session: Session) -> None:
    await once(session)
    before = held()
    for _ in range(20):
        await once(session)
    assert held() == before


async def once(session: Session) -> None:
    """Start, have all there is, and stop."""
    await session.start()
    says_hello(session.prices())
    await session.serve(port=0)
    session.shadow(HANDLERS["signals"])
    session.tune("signals", min_confidence=0.6)
    await session.stop()


def held() -> dict[str, int]:
    """What this process holds."""
    gc.collect()
    return {
        "threads": threading.active_count(),
        "tasks": len(asyncio.all_tasks()),
        "files": len(os.listdir("/dev/fd")),
        "loops": sum(isinstance(thing, asyncio.AbstractEventLoop) for thing in gc.get_objects()),
        "listeners": len(definitions._listeners),
        "widgets": len(widget._instances),
    }
