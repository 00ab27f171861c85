"""One TCP connection: a request answered with a page, or a WebSocket for a client; websockets reads its protocol."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import cast

from websockets.exceptions import InvalidMessage
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State

from tradestream_nb.server.client import Client
from tradestream_nb.server.clients import End
from tradestream_nb.server.door.address import remote_of
from tradestream_nb.server.door.admission import Admission
from tradestream_nb.server.give_up import give_up_after
from tradestream_nb.server.handshake import read, response
from tradestream_nb.server.house import House
from tradestream_nb.server.inbox import Inbox
from tradestream_nb.server.line import Sink
from tradestream_nb.server.shortcut import shortcut
from tradestream_nb.server.web.http import Reply, text
from tradestream_nb.server.websocket import WebSocket

UNREADABLE = text(400, "this cannot be read as a request without a body")


class Socket(asyncio.Protocol):
    """A `Wire` over TCP or TLS, on any event loop."""

    def __init__(self, house: House) -> None:
        self._house, self._loop, self._limits = house, asyncio.get_running_loop(), house.limits
        self._protocol = WebSocket(self._limits, compress=house.compress, clock=self._loop.time)
        self.transport: asyncio.Transport
        self.kind = (True, 0)
        """Text or not, and the window that deflating looks back on."""
        self._frames = house.framing(text=True)
        self._remote = ""
        self._admission: Admission | None = None
        self._client: Client | None = None
        self._inbox = Inbox()
        self._paused = self._full = self._pinged = self._over = False
        """Nothing is read; not everything written was taken; a ping is not answered; the protocol has said its last."""
        self._short: socket.socket | None = None
        """The way past the transport, once it is wanted."""
        self._deadline: asyncio.TimerHandle | None = None
        self._heard = self._loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a request, though not for long."""
        self.transport = cast(asyncio.Transport, transport)
        # A write then goes to the system at once, and `pause_writing` says when that did not take all of it.
        self.transport.set_write_buffer_limits(0)
        # What is still in our sight is judged before.
        give_up_after(transport.get_extra_info("socket"), self._limits.grace + self._limits.close_deadline)
        self._remote = remote_of(transport)
        self._house.enter(self, self._remote)
        self._hang_up_in(self._limits.handshake_deadline)

    def data_received(self, data: bytes) -> None:
        """Let the protocol answer what is its own, and the client the rest."""
        self._heard, self._pinged = self._loop.time(), False
        for portion in self._protocol.portions(data):
            self._protocol.receive_data(portion)
            for event in self._protocol.events_received():
                if isinstance(event, Request):
                    self._answer(event)
                elif isinstance(event, Frame) and event.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                    self._inbox.put(event)
        self._send()
        self._listen()
        if self._client is not None:
            self._house.clients.throttle(self._client)

    def eof_received(self) -> None:
        """Say goodbye to one that has nothing more to say; the connection closes then."""
        self._protocol.receive_eof()
        self._send()

    def pause_writing(self) -> None:
        """Know that the system does not take more."""
        self._full = True
        self._stand_alone()

    def resume_writing(self) -> None:
        """Go on with the client, now that everything has been taken."""
        self._full = False
        if self._client is not None:
            self._house.clients.flush(self._client)

    def connection_lost(self, error: Exception | None) -> None:
        """Leave nothing behind."""
        self._full = False
        if self._short is not None:
            self._short.close()
        if self._deadline is not None:
            self._deadline.cancel()
        self._house.leave(self)
        if self._client is not None:
            self._house.clients.close(self._client, self._end(error))
        if self._admission is not None:
            self._house.admissions.left(self._remote)

    def buffered(self) -> int:
        """Bytes written that the system has not taken yet."""
        return self.transport.get_write_buffer_size() if self._full else 0

    def write(self, messages: Sequence[bytes]) -> int:
        """Send messages in order and in one call, and return how many bytes that makes."""
        if self._protocol.state is not State.OPEN or self._over or self.transport.is_closing():
            return 0
        frames = self._frames
        data = frames[messages[0]] if len(messages) == 1 else b"".join([frames[message] for message in messages])
        self.transport.write(data)
        return len(data)

    def ready(self) -> bool:
        """Whether all that was written has been taken, and more may be written."""
        return not (self._full or self._over or self.transport.is_closing()) and self._protocol.state is State.OPEN

    def encode(self, messages: Sequence[bytes]) -> bytes:
        """The bytes of messages, for every socket of this kind; whoever asks keeps them for all."""
        return self._frames.piece(messages)

    @property
    def sink(self) -> Sink:
        """The short way to the system where there is one."""
        if self._short is None:
            self._short = shortcut(self.transport)
        return self if self._short is None else self._short

    def send(self, data: bytes) -> int:
        """Take bytes to the system, or keep them."""
        self.transport.write(data)
        return len(data)

    def finish(self, data: bytes, taken: int) -> None:
        """Let the transport keep what the system has not taken, or find out what is wrong."""
        if not self.transport.is_closing():
            self.transport.write(data[taken:])

    def pause(self) -> None:
        """Listen no more to what the client says."""
        if not self._paused and not self.transport.is_closing():
            self._paused = True
            self.transport.pause_reading()

    def resume(self) -> None:
        """Listen again, first to what came meanwhile."""
        if self._paused and not self.transport.is_closing():
            self._paused = False
            self._listen()
            if not self._paused:
                self.transport.resume_reading()

    def close(self, code: int, reason: str) -> None:
        """Say goodbye after what was written, and hang up soon when no answer comes."""
        if self._protocol.state is State.OPEN:
            self._inbox.clear()
            self.resume()
            self._protocol.send_close(code, reason)
            self._send()
            self._hang_up_in(self._limits.close_deadline)

    def abort(self) -> None:
        """Hang up at once."""
        self._stand_alone()
        self.transport.abort()

    def look(self, now: float) -> None:
        """Ask one that has been silent for long whether it is there, and hang up when it is not."""
        silent = now - self._heard
        if self._protocol.state is not State.OPEN or silent < self._limits.keepalive:
            return
        if not self._pinged:
            self._pinged = True
            self._protocol.send_ping(b"")
            self._send()
        elif silent >= 2 * self._limits.keepalive:
            self.abort()

    def _answer(self, request: Request) -> None:
        """Answer a request, or open the WebSocket that it asks for."""
        decision = self._house.admissions.enter(read(request, self._remote))
        if isinstance(decision, Reply):
            self._protocol.send_response(response(decision))
            return
        self._admission = decision
        accepted = self._protocol.accept(request)
        if accepted.status_code == 101 and decision.subprotocol is not None:
            accepted.headers["Sec-WebSocket-Protocol"] = decision.subprotocol
        self._protocol.send_response(accepted)
        self._send()
        if accepted.status_code == 101:
            self._open(decision)

    def _open(self, admission: Admission) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        bits = [e.local_max_window_bits for e in self._protocol.extensions if isinstance(e, PerMessageDeflate)]
        self.kind = (admission.codec == "json", bits[0] if bits else 0)
        self._frames = self._house.framing(text=self.kind[0], window_bits=self.kind[1])
        self._house.admit(self)
        self._client = self._house.clients.open(self, admission, self._remote, line=self)

    def _end(self, error: Exception | None) -> End:
        if isinstance(error, TimeoutError):
            return "slow"
        return "lost" if self._protocol.close_rcvd is None else "left"

    def _listen(self) -> None:
        while self._client is not None and not self._paused and (message := self._next()) is not None:
            self._house.clients.received(self._client, message)

    def _next(self) -> str | bytes | None:
        """The next message that is whole; what cannot be one ends the connection."""
        try:
            return self._inbox.take()
        except UnicodeDecodeError:
            self._inbox.clear()
            self._protocol.fail(CloseCode.INVALID_DATA, "this is not UTF-8")
            self._send()
            return None

    def _send(self) -> None:
        """Write what the protocol has to say; where it says that this is the end, no more is written."""
        if self._protocol.state is not State.OPEN:
            self._stand_alone()
            closing = self._protocol.close_sent
            if self._client is not None and closing is not None and self._protocol.close_rcvd is None:
                self._house.clients.violated(self._client, closing.code, closing.reason)
        for data in self._protocol.data_to_send():
            if self._over or self.transport.is_closing():
                return
            if data:
                self.transport.write(data)
            else:
                self._over = True
                if isinstance(self._protocol.handshake_exc, InvalidMessage):
                    self.transport.write(response(UNREADABLE).serialize())
                # A page that is being taken, slowly, is no goodbye that nobody answers.
                page = self._client is None and self._full
                self._hang_up_in(self._limits.grace if page else self._limits.close_deadline)
                if self.transport.can_write_eof():
                    self.transport.write_eof()
                else:
                    self.transport.close()

    def _stand_alone(self) -> None:
        """Be written nothing but what is for this client, which may not be written to any more, or not so much."""
        if self._client is not None:
            self._house.clients.stand_alone(self._client)

    def _hang_up_in(self, seconds: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self._loop.call_later(seconds, self.abort)
