"""The library's side of a connection: a request and its answer, then frames, of which there may not be too many."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from io import BytesIO

from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import BytesLike, StatusLike

from tradestream_nb.server.door.token_bucket import TokenBucket
from tradestream_nb.server.handshake import response
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.web import http
from tradestream_nb.server.wire.closing import RATE

WINDOW_BITS = 12
"""Deflating looks back 4 KiB, which is more than most messages are long."""
DEFLATE = ServerPerMessageDeflateFactory(
    server_no_context_takeover=True, client_no_context_takeover=True, server_max_window_bits=WINDOW_BITS
)

logger = logging.getLogger("websockets.server.tradestream")
# Below this level the library writes down headers and messages, tokens among them.
logger.setLevel(logging.WARNING)


class WebSocket(ServerProtocol):
    """Reads and writes what goes over one connection; its own refusals look like all other answers.

    A client that sends too many pings, pongs or parts of messages is closed; whole messages are counted elsewhere.
    """

    def __init__(self, limits: Limits, *, compress: bool, clock: Callable[[], float]) -> None:
        """`clock` counts seconds."""
        super().__init__(extensions=[DEFLATE] if compress else None, max_size=limits.message_size, logger=logger)
        each = limits.request_frames
        self._bucket, self._clock = TokenBucket(limits.request_rate * each, limits.request_burst * each), clock
        self._asked = 0
        """Pings that the client has yet to answer."""

    def portions(self, data: bytes) -> Iterator[bytes]:
        """The same in pieces, each to be received, and a request in it answered, before the next is asked for.

        What comes right behind a request can be read only then: as frames, or not at all.
        """
        stream = BytesIO(data)
        while self.state is State.CONNECTING and not self.eof_sent and (line := stream.readline()):
            yield line
        yield stream.read()

    def reject(self, status: StatusLike, text: str) -> Response:
        """The answer to what cannot be read, or is no handshake."""
        return response(http.text(int(status), text.strip()))

    def send_ping(self, data: BytesLike) -> None:
        """Ask the client whether it is there."""
        self._asked += 1
        super().send_ping(data)

    def recv_frame(self, frame: Frame) -> None:
        """Take a frame, or close where it is one too many; nothing behind it is read then."""
        if not self._is_free(frame) and self._bucket.take(self._clock()):
            self.fail(RATE, "too many frames")
        else:
            super().recv_frame(frame)

    def _is_free(self, frame: Frame) -> bool:
        """Whether it is an answer to a ping of ours, a goodbye or a whole message."""
        if frame.opcode is Opcode.PONG and self._asked:
            self._asked -= 1
            return True
        return frame.opcode is Opcode.CLOSE or (frame.fin and frame.opcode in (Opcode.TEXT, Opcode.BINARY))
