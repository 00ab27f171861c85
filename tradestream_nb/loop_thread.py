"""A thread with an event loop of its own, so that a busy cell never stalls what runs there."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """Runs from the moment it is made until `stop`, or until its owner is forgotten."""

    def __init__(self, name: str, *, owner: object) -> None:
        """`owner` is held weakly; what runs on the loop must not hold it either."""
        # With a factory the runner leaves the maker's own current loop alone.
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._ended: Future[None] = Future()
        # From here on nobody who gives up waiting for the end can cancel it.
        self._ended.set_running_or_notify_cancel()
        # A daemon, because a kernel that exits waits for no stream.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()
        self._end = weakref.finalize(owner, self._ask_to_end)

    def start(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin a coroutine on the loop; the future may be waited for, or cancelled, on any other thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    async def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop and await its result on the caller's; cancelling one cancels the other."""
        return await asyncio.wrap_future(self.start(coroutine))

    def look(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function between two turns of the loop and return what it gives; the caller waits for it."""
        if threading.current_thread() is self._thread:
            return function(*arguments)

        async def looked() -> T:
            return function(*arguments)

        return self.start(looked()).result()

    async def stop(self) -> None:
        """End the loop and the thread; what still runs there is cancelled. A second call changes nothing."""
        self._end()
        await asyncio.wrap_future(self._ended)
        self._thread.join()

    def _ask_to_end(self) -> None:
        """Waits for nothing, for it may be the garbage collector that asks, in the middle of anything."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self) -> None:
        try:
            with self._runner:
                self._loop.run_forever()
        finally:
            self._ended.set_result(None)
