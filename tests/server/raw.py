"""A client made of a bare socket, for what a well-behaved one would not do."""

from __future__ import annotations

import asyncio
import socket

UPGRADE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
)
HANDSHAKE = "".join(f"{line}\r\n" for line in ("GET /ws HTTP/1.1", "Host: 127.0.0.1", *UPGRADE, ""))


def small_socket(port: int, *, size: int = 4096) -> socket.socket:
    """A connected socket whose kernel buffer, of so many bytes, is soon full."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
    sock.connect(("127.0.0.1", port))
    return sock


async def stalled(port: int, path: str = "/ws") -> socket.socket:
    """A legacy client that shook hands and will never read again; the caller closes it."""
    sock = small_socket(port)
    sock.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, HANDSHAKE.replace("/ws", path, 1).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += await loop.sock_recv(sock, 1)
    assert b" 101 " in answer
    return sock


async def get(
    port: int, path: str, *more: str, method: str = "GET", host: str = "127.0.0.1"
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one HTTP answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = "".join(f"{line}\r\n" for line in (f"{method} {path} HTTP/1.1", f"Host: {host}", *more))
    writer.write(f"{head}\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    top, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = top.decode().split("\r\n")
    return int(first.split()[1]), {k.lower(): v for k, _, v in (line.partition(": ") for line in lines)}, body
