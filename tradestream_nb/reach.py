"""A way to the streams' thread that outlasts it: what holds this holds neither the session nor its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from tradestream_nb.errors import UserError
from tradestream_nb.loop_thread import LoopThread

T = TypeVar("T")


class Reach:
    """Calls functions where the streams run: on their thread while there is one, else here; coroutines only there."""

    thread: LoopThread | None = None

    def __call__(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function between two events and return what it gives; the caller waits for it."""
        return function(*arguments) if self.thread is None else self.thread.look(function, *arguments)

    async def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Await a coroutine that runs on the streams' thread; raises UserError while there is none, or no coroutine."""
        if not asyncio.iscoroutine(coroutine):
            raise UserError(f"call takes a coroutine, as an `async def` gives it, and not {coroutine!r}")
        if self.thread is None:
            coroutine.close()
            raise UserError("the session is not running; await session.start() first")
        return await self.thread.call(coroutine)
