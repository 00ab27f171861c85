"""What a client has heard and its reader has not taken yet; bounded, by whoever fills it waiting for room."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from tradestream_nb.client.marks import Item


class Inbox:
    """First in, first out, until it is ended; then what is left, and the reason."""

    def __init__(self) -> None:
        self._items: deque[Item] = deque()
        self._news, self._room = asyncio.Event(), asyncio.Event()
        self._ended = False
        self._failure: Exception | None = None

    def __len__(self) -> int:
        return len(self._items)

    def put(self, items: Iterable[Item]) -> None:
        """Add what came; never waits."""
        self._items.extend(items)
        self._news.set()

    def end(self, failure: Exception | None) -> None:
        """Let the reader know that nothing more comes, and why, should that be a failure."""
        self._ended, self._failure = True, failure
        self._news.set()

    async def take(self) -> Item:
        """The oldest item; raises the failure after the last one, and StopAsyncIteration from then on."""
        while not self._items:
            if self._ended:
                failure, self._failure = self._failure, None
                raise failure or StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        self._room.set()
        return self._items.popleft()

    async def room(self, full: Callable[[], bool]) -> None:
        """Wait until it is not `full`, which is asked again after every `take` and `look_again`."""
        while full():
            self._room.clear()
            await self._room.wait()

    def look_again(self) -> None:
        """Let who waits for room see whether it still has to."""
        self._room.set()
