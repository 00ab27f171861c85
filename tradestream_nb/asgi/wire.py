"""A client's connection where all there is of it is ASGI's `send`, which may wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

AsgiEvent = MutableMapping[str, Any]
Send = Callable[[AsgiEvent], Awaitable[None]]
Payloads = Sequence[str | bytes]
"""Messages as `send` takes them."""


class Bundle(bytes):
    """Messages that many clients get, and what `send` takes of them, made once."""

    payloads: Payloads


class AsgiWire:
    """A `Wire` and a `Line` that counts what waits to be sent, with one task that sends it."""

    def __init__(self, send: Send, *, text: bool, enough: int, close_deadline: float) -> None:
        """Bytes from which on it is full are `enough`."""
        self.kind = "text" if text else "bytes"
        self.stand_alone: Callable[[], None] = lambda: None
        """Called when it has to leave its group: it is full, or about to close."""
        self.emptied: Callable[[], None] = lambda: None
        """Called when it was full and all has been taken."""
        self._send, self._enough, self._deadline = send, enough, close_deadline
        self._waiting: deque[tuple[Payloads, int]] = deque()
        self._size, self._full = 0, False
        self._news: asyncio.Future[None] | None = None
        """What the sending task waits for."""
        self._gone, self._listening = asyncio.Event(), asyncio.Event()
        self._listening.set()
        self._goodbye: AsgiEvent | None = None

    @property
    def closing(self) -> bool:
        """Whether goodbye was said."""
        return self._goodbye is not None

    def buffered(self) -> int:
        """Bytes written that `send` has not taken yet."""
        return self._size

    def ready(self) -> bool:
        """Whether more may be written."""
        return not (self._full or self._over())

    def write(self, messages: Sequence[bytes]) -> int:
        """Let messages be sent in order, and return how many bytes that makes."""
        if self._over():
            return 0
        size = sum(map(len, messages))
        self._add(self._payloads(messages), size)
        return size

    def encode(self, messages: Sequence[bytes]) -> bytes:
        """The messages, for every wire of this kind."""
        bundle = Bundle(b"".join(messages))
        bundle.payloads = self._payloads(messages)
        return bundle

    @property
    def sink(self) -> AsgiWire:
        """Itself."""
        return self

    def send(self, data: bytes) -> int:
        """Let what was encoded be sent; all of it is taken."""
        assert isinstance(data, Bundle)
        if not self._over():
            self._add(data.payloads, len(data))
        return len(data)

    def finish(self, data: bytes, taken: int) -> None:
        """Do nothing: nothing is left."""

    def pause(self) -> None:
        """Listen no more to what the client says."""
        self._listening.clear()

    def resume(self) -> None:
        """Listen again."""
        self._listening.set()

    def close(self, code: int, reason: str) -> None:
        """Say goodbye after what was written, and give up soon when that is not taken."""
        if self._goodbye is None:
            self.stand_alone()
            self._goodbye = {"type": "websocket.close", "code": code, "reason": reason}
            self._wake()
            self._listening.set()
            asyncio.get_running_loop().call_later(self._deadline, self.abort)

    def abort(self) -> None:
        """Give up at once what waits."""
        self.stand_alone()
        self._gone.set()

    async def listening(self) -> None:
        """Wait until the client is listened to."""
        await self._listening.wait()

    async def gone(self) -> None:
        """Wait until there is nothing more to be said or heard."""
        await self._gone.wait()

    async def deliver(self) -> None:
        """Send what is written, until the goodbye."""
        while True:
            while self._waiting:
                payloads, size = self._waiting[0]
                for payload in payloads:
                    await self._send({"type": "websocket.send", self.kind: payload})
                self._waiting.popleft()
                self._size -= size
            if self._goodbye is not None:
                await self._send(self._goodbye)
                return
            if self._full:
                self._full = False
                self.emptied()
            if not self._waiting and self._goodbye is None:
                self._news = asyncio.get_running_loop().create_future()
                await self._news

    def _payloads(self, messages: Sequence[bytes]) -> Payloads:
        return [message.decode() for message in messages] if self.kind == "text" else messages

    def _add(self, payloads: Payloads, size: int) -> None:
        self._waiting.append((payloads, size))
        self._size += size
        self._wake()
        if self._size >= self._enough and not self._full:
            self._full = True
            self.stand_alone()

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    def _over(self) -> bool:
        return self._goodbye is not None or self._gone.is_set()
