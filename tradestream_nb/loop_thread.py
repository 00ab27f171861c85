"""A thread with an event loop of its own, so that a busy cell never stalls what runs there."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
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

    @property
    def has_ended(self) -> bool:
        """Whether nothing runs there any more."""
        return self._ended.done()

    def start(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin a coroutine on the loop; the future may be waited for, or cancelled, on any other thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    async def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop and await its result on the caller's; cancelling one cancels the other."""
        return await asyncio.wrap_future(self.start(coroutine))

    def look(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function on the loop and return what it gives, or here once the thread has ended; the caller waits."""
        if threading.current_thread() is self._thread:
            return function(*arguments)
        looking: Future[T] = Future()

        def look() -> None:
            try:
                looking.set_result(function(*arguments))
            except BaseException as error:
                looking.set_exception(error)

        # A loop that is closed refuses it, and one that is about to be may forget it.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(look)
        ends: tuple[Future[Any], ...] = looking, self._ended
        wait(ends, return_when=FIRST_COMPLETED)
        return looking.result() if looking.done() else function(*arguments)

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
