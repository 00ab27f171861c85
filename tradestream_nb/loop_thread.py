"""A thread with an event loop of its own, so that a busy cell never stalls what runs there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """Runs from the moment it is made until `stop`."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        # A daemon, because a kernel that exits waits for no stream.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def start(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin a coroutine on the loop; the future may be waited for on any other thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    async def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop and await its result on the caller's."""
        return await asyncio.wrap_future(self.start(coroutine))

    def look(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function on the loop, between two of its turns, and return what it gives."""

        async def looked() -> T:
            return function(*arguments)

        return self.start(looked()).result()

    def stop(self) -> None:
        """End the loop and the thread; what still runs on it is cancelled. A second call changes nothing."""
        if self.loop.is_closed():
            return
        self.loop.call_soon_threadsafe(self.loop.stop)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
            left = asyncio.all_tasks(self.loop)
            for task in left:
                task.cancel()
            self.loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        finally:
            self.loop.close()
