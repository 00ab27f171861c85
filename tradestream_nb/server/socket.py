"""One TCP connection: a request answered with a page, or a WebSocket for a client; the protocol itself is websockets'."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from http import HTTPStatus
from typing import cast

from websockets.datastructures import Headers
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from tradestream_nb.server.admission import Admission, Admissions
from tradestream_nb.server.client import Client
from tradestream_nb.server.clients import Clients
from tradestream_nb.server.framing import DeflatedFraming, Framing
from tradestream_nb.server.http import HttpRequest, Reply
from tradestream_nb.server.limits import Limits

logger = logging.getLogger(__name__)

WINDOW_BITS = 12
"""Deflating looks back 4 KiB, which is more than most messages are long."""
DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


class House:
    """What all connections of one server share."""

    def __init__(self, clients: Clients, admissions: Admissions, *, limits: Limits, compress: bool) -> None:
        self.clients, self.admissions, self.limits = clients, admissions, limits
        self.sockets: set[Socket] = set()
        no_takeover = ServerPerMessageDeflateFactory(
            server_no_context_takeover=True, client_no_context_takeover=True, server_max_window_bits=WINDOW_BITS
        )
        self.extensions = [no_takeover] if compress else None
        self.logger = logging.getLogger("websockets.server")
        self._framings: dict[tuple[bool, int], Framing] = {}

    def framing(self, *, text: bool, window_bits: int) -> Framing:
        """The framing that every connection of this kind shares; 0 bits do not deflate."""
        known = (text, window_bits)
        if known not in self._framings:
            deflated = DeflatedFraming(text=text, window_bits=window_bits) if window_bits else Framing(text=text)
            self._framings[known] = deflated
        return self._framings[known]


class Socket(asyncio.Protocol):
    """A `Wire` over TCP or TLS, on any event loop."""

    def __init__(self, house: House) -> None:
        self._house, self._loop = house, asyncio.get_running_loop()
        self._protocol = ServerProtocol(
            select_subprotocol=self._select_subprotocol,
            extensions=house.extensions,
            max_size=house.limits.message_size,
            logger=house.logger,
        )
        self._frames: Framing = house.framing(text=True, window_bits=0)
        self._transport: asyncio.Transport
        self._remote = ""
        self._deadline: asyncio.TimerHandle | None = None
        self._admission: Admission | None = None
        self._client: Client | None = None
        self._unread: deque[Frame] = deque()
        """Frames that came while nothing is listened to."""
        self._message = b""
        """What there is of a message that comes in several frames."""
        self._paused = self._full = False
        self._heard = self._loop.time()
        self._pinged = False

    # What the loop says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a request, though not for long."""
        self._transport = cast(asyncio.Transport, transport)
        # So that a write goes to the system at once, and `pause_writing` says when it did not take all of it.
        self._transport.set_write_buffer_limits(0)
        peer = transport.get_extra_info("peername")
        self._remote = str(peer[0]) if peer else ""
        self._house.sockets.add(self)
        self._hang_up_after(self._house.limits.handshake_deadline)

    def data_received(self, data: bytes) -> None:
        """Take in what has come, answer it, and give the messages to the client."""
        self._heard, self._pinged = self._loop.time(), False
        self._protocol.receive_data(data)
        self._take_in()
        self._send()
        if self.buffered() >= self._house.limits.soft_buffer and self._client is not None:
            self._client.hold_your_tongue()
