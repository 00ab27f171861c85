"""A client's connection where all there is of it is ASGI's `send`, which may wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

Event = MutableMapping[str, Any]
Send = Callable[[Event], Awaitable[None]]


class AsgiWire:
    """A `Wire` that counts what waits to be sent, with one task that sends it."""

    def __init__(self, send: Send, *, text: bool, close_deadline: float) -> None:
        self._send, self._text, self._deadline = send, text, close_deadline
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._news, self._gone, self._listening = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._listening.set()
        self._goodbye: Event | None = None

    @property
    def closing(self) -> bool:
        """Whether goodbye was said."""
        return self._goodbye is not None

    def buffered(self) -> int:
        """Bytes written that `send` has not taken yet."""
        return self._size

    def write(self, messages: Sequence[bytes]) -> int:
        """Let messages be sent in order, and return how many bytes that makes."""
        if self._goodbye is not None or self._gone.is_set():
            return 0
        size = sum(map(len, messages))
        self._waiting.extend(messages)
        self._size += size
        self._news.set()
        return size

    def pause(self) -> None:
        """Listen no more to what the client says."""
        self._listening.clear()

    def resume(self) -> None:
        """Listen again."""
        self._listening.set()

    def close(self, code: int, reason: str) -> None:
        """Say goodbye after what was written, and give up soon when that is not taken."""
        if self._goodbye is None:
            self._goodbye = {"type": "websocket.close", "code": code, "reason": reason}
            self._news.set()
            self._listening.set()
            asyncio.get_running_loop().call_later(self._deadline, self.abort)

    def abort(self) -> None:
        """Give up at once what waits."""
        self._gone.set()

    async def listening(self) -> None:
        """Wait until the client is listened to."""
        await self._listening.wait()

    async def gone(self) -> None:
        """Wait until there is nothing more to be said or heard."""
        await self._gone.wait()

    async def deliver(self, emptied: Callable[[], None]) -> None:
        """Send what is written, until the goodbye; calls `emptied` whenever everything has been taken."""
        while True:
            while self._waiting:
                await self._send(self._event(self._waiting[0]))
                self._size -= len(self._waiting.popleft())
            if self._goodbye is not None:
                await self._send(self._goodbye)
                return
            emptied()
            if not self._waiting and self._goodbye is None:
                self._news.clear()
                await self._news.wait()

    def _event(self, message: bytes) -> Event:
        return {"type": "websocket.send", **({"text": message.decode()} if self._text else {"bytes": message})}
