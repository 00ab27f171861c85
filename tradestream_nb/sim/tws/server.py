"""The socket of the simulated Trader Workstation, and the clock that moves it."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from types import TracebackType
from typing import Literal, Self, cast

from tradestream_nb.clock import SECOND, now
from tradestream_nb.errors import ServeError
from tradestream_nb.sim.tws.faults import Fault
from tradestream_nb.sim.tws.gateway import Gateway
from tradestream_nb.sim.tws.link import Link
from tradestream_nb.sim.tws.world import WorldOptions
from tradestream_nb.sources.pace import PATIENCE, Pace

Clock = Literal["wall", "driven"]
MOST_UNREAD = 16 << 20
"""Bytes that a client may leave unread before its connection is reset."""
_RESET = struct.pack("ii", 1, 0)


class TwsServer:
    """Listens while it is entered, on this machine only unless told otherwise.

    On the wall clock the market moves by itself; a driven one stands still between two calls of `advance`.
    """

    def __init__(
        self,
        options: WorldOptions | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock = "wall",
        start: int | None = None,
    ) -> None:
        self.host, self.port = host, port
        self.gateway = Gateway(options, ts=now() if start is None else start)
        self.world = self.gateway.world
        self._is_driven = clock == "driven"
        self._listening: asyncio.Server | None = None
        self._sockets: set[_Socket] = set()
        self._clock: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._listen()
        if not self._is_driven:
            self._clock = asyncio.create_task(self._follow_the_wall())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._clock:
            self._clock.cancel()
            with suppress(asyncio.CancelledError):
                await self._clock
        self._stop_listening()
        for connected in list(self._sockets):
            connected.abort()
        await asyncio.sleep(0)

    async def wait(self) -> None:
        """Run until the clock fails or the task is cancelled."""
        if self._clock:
            await self._clock

    async def advance(self, seconds: float) -> None:
        """Let so much simulated time pass, as fast as the machine can; clients may answer at every step."""
        end = self.world.ts + round(seconds * SECOND)
        while True:
            await self._settle(min(end, self.world.ts + self.gateway.step))
            if self.world.ts >= end:
                return
            await asyncio.sleep(0)

    def strike(self, *faults: Fault) -> None:
        """Let these faults happen, each at its time."""
        self.gateway.strike(*faults)
        if self.world.trouble.refusing:
            self._stop_listening()
        self._flush()

    async def _follow_the_wall(self) -> None:
        pace = Pace()
        offset = 0
        while True:
            offset += self.gateway.step
            await pace.until(offset)
            ts = now()
            if ts - self.world.ts > PATIENCE * SECOND:
                self.gateway.skip(ts)
            await self._settle(ts)

    async def _settle(self, ts: int) -> None:
        """Move the world on, and the sockets with it."""
        self.gateway.advance(ts)
        if self.world.trouble.refusing:
            self._stop_listening()
        elif self._listening is None:
            await self._listen()
        self._flush()

    def _flush(self) -> None:
        for connected in list(self._sockets):
            connected.flush()

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            self._listening = await loop.create_server(self._accept, self.host, self.port)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ServeError(f"cannot listen on {self.host}:{self.port}: {reason}; choose another --port") from None
        self.port = self._listening.sockets[0].getsockname()[1]

    def _stop_listening(self) -> None:
        if self._listening:
            self._listening.close()
            self._listening = None

    def _accept(self) -> _Socket:
        return _Socket(self.gateway.connect(), self._sockets)


class _Socket(asyncio.Protocol):
    """Carries bytes between a link and its TCP connection."""

    def __init__(self, link: Link, connected: set[_Socket]) -> None:
        self._link, self._connected = link, connected
        self._trickle = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; small messages are not to wait for each other."""
        # No isinstance: the transports of uvloop are none of asyncio's classes.
        self._transport = cast(asyncio.Transport, transport)
        self._raw: socket.socket = transport.get_extra_info("socket")
        self._raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connected.add(self)

    def data_received(self, data: bytes) -> None:
        """Pass on what came in, and answer at once."""
        self._link.receive(data, asyncio.get_running_loop().time())
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Hear of the end, whoever wanted it."""
        self._connected.discard(self)
        self._link.gone()

    def flush(self) -> None:
        """Write what is due, and end the connection when it is over."""
        if self._transport.is_closing():
            return
        data = self._link.take()
        if self._trickle or self._link.wants_trickle:
            self._drip(data)
        elif data:
            self._transport.write(data)
        if self._transport.get_write_buffer_size() + len(self._trickle) > MOST_UNREAD:
            self._link.end("reset")
        if self._link.ending == "reset":
            self._raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._transport.abort()
        elif self._link.is_over and not self._trickle:
            self._transport.close()

    def abort(self) -> None:
        """End the connection without a word."""
        self._transport.abort()

    def _drip(self, data: bytes) -> None:
        """Write one byte now and the others in later turns of the loop."""
        idle = not self._trickle
        self._trickle += data
        if idle and self._trickle:
            self._write_drop()

    def _write_drop(self) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(bytes([self._trickle.pop(0)]))
        if self._trickle:
            asyncio.get_running_loop().call_soon(self._write_drop)
        else:
            self.flush()
