"""One WebSocket connection of a client; how it ended is always told in the same way."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from typing import Any, Literal

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI, NegotiationError
from websockets.typing import Subprotocol

from tradestream_nb.errors import UserError

Codec = Literal["json", "msgpack"]
LOST, UNAUTHORIZED, OTHER_VERSION = 1006, 4401, 4406
OPEN_TIMEOUT, CLOSE_TIMEOUT = 10, 1
LONGEST = 16 * 1024 * 1024
"""Bytes of a frame; a snapshot of many symbols is a long one."""
AHEAD = 4
"""Frames that are read before they are asked for."""

logger = logging.getLogger("websockets.client.tradestream")
# Below this level the library writes down headers and messages, the token among them.
logger.setLevel(logging.WARNING)


class Ended(Exception):
    """Raised when a connection is over, or there is none; `pause` is for how long the server wants to be left alone."""

    def __init__(self, code: int, reason: str, *, pause: float | None = None) -> None:
        self.code, self.reason, self.pause = code, reason, pause
        super().__init__(f"{reason} ({code})")


class Address(msgspec.Struct, frozen=True):
    """Where a server is and how to speak to it."""

    url: str
    token: str | None = None
    codec: Codec = "json"
    tls: ssl.SSLContext | None = None


class Link:
    """Requests go in, decoded frames come out."""

    def __init__(self, ws: ClientConnection, codec: Codec) -> None:
        self._ws = ws
        self._encode, self._decode = CODECS[codec]

    async def receive(self) -> Any:
        """The next frame, None for one that cannot be read; raises Ended."""
        try:
            data = await self._ws.recv(decode=False)
        except ConnectionClosed:
            raise Ended(self._ws.close_code or LOST, self._ws.close_reason or "the connection was lost") from None
        try:
            return self._decode(data)
        except (msgspec.DecodeError, UnicodeError):
            return None

    async def send(self, request: dict[str, Any]) -> None:
        """Say something; on a connection that is over, nobody hears it."""
        data = self._encode(request)
        try:
            await self._ws.send(data, text=self._encode is msgspec.json.encode)
        except ConnectionClosed:
            return

    async def close(self) -> None:
        """Say goodbye and wait shortly for the answer; a second call changes nothing."""
        await self._ws.close()


async def open_link(address: Address) -> Link:
    """Connect; raises Ended when that fails and UserError for an address that is none."""
    options: dict[str, Any] = {"ssl": address.tls} if address.tls else {}
    try:
        ws = await connect(
            address.url,
            subprotocols=[Subprotocol(f"tradestream.v1.{address.codec}")],
            additional_headers={"Authorization": f"Bearer {address.token}"} if address.token else None,
            open_timeout=OPEN_TIMEOUT,
            close_timeout=CLOSE_TIMEOUT,
            ping_interval=None,
            max_size=LONGEST,
            max_queue=AHEAD,
            logger=logger,
            **options,
        )
    except (InvalidURI, InvalidHandshake, OSError, EOFError, TimeoutError) as error:
        raise _reported(error, address.url) from error
    if ws.subprotocol is None:
        await ws.close()
        raise Ended(OTHER_VERSION, f"it does not offer tradestream.v1.{address.codec}")
    return Link(ws, address.codec)


def _reported(error: Exception, url: str) -> Exception:
    if isinstance(error, InvalidURI):
        return UserError(f"{url} is no address of a WebSocket; one looks like ws://127.0.0.1:8765/ws")
    if isinstance(error, NegotiationError):
        return Ended(OTHER_VERSION, str(error))
    if not isinstance(error, InvalidStatus):
        return Ended(LOST, str(error) or type(error).__name__)
    response = error.response
    pause = response.headers.get("Retry-After", "")
    said = bytes(response.body or b"").decode(errors="replace").strip().partition("\n")[0]
    return Ended(response.status_code, said[:200], pause=float(pause) if pause.isdecimal() else None)


CODECS: dict[Codec, tuple[Callable[[Any], bytes], Callable[[Any], Any]]] = {
    "json": (msgspec.json.encode, msgspec.json.decode),
    "msgpack": (msgspec.msgpack.encode, msgspec.msgpack.decode),
}
