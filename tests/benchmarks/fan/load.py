"""The load: C programs compiled on the spot, what they report, and the processor time of what they are set on."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psutil

HERE = Path(__file__).parent
FULL = 1 << 20
"""Bytes that the system holds for one client, far more than for any that reads."""
KEY = base64.b64encode(bytes(16)).decode()


class Sample(NamedTuple):
    """What the clients got in a span of time, and what that cost the server."""

    seconds: float
    cpu: float
    """Seconds of processor time."""
    frames: int
    messages: int
    bytes: int
    lost: int
    p50: int
    """Microseconds."""
    p99: int
    rss: int
    """Bytes of the server's memory at the end."""
    stalled: int = 0
    """Clients to which nothing more has gone out meanwhile, for all on the way is full."""

    @property
    def cost(self) -> float:
        """Microseconds of the server's processor time for each message delivered."""
        return 1e6 * self.cpu / (self.messages or self.frames or 1)

    @property
    def share(self) -> float:
        """Of one processor."""
        return self.cpu / self.seconds


def compiled(name: str, folder: Path) -> Path:
    """One of the C programs beside this file, ready to run."""
    program = folder / name
    if not program.exists():
        subprocess.run(["gcc", "-O2", "-pthread", "-o", program, HERE / f"{name}.c"], check=True)
    return program


def cpu_seconds(process: psutil.Process) -> float:
    """Processor time of a process and its children so far, to the nanosecond."""
    nanoseconds = 0
    for each in (process, *process.children(recursive=True)):
        threads = Path(f"/proc/{each.pid}/task").glob("*/schedstat")
        nanoseconds += sum(int(thread.read_text().split()[0]) for thread in threads)
    return nanoseconds / 1e9


def waiting(port: int) -> set[tuple[str, int]]:
    """The connections of the server on a port for which the system holds bytes, and how many."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    held = ((row[2], int(row[4].partition(":")[0], 16)) for row in rows if row[1].endswith(f":{port:04X}"))
    return {(client, size) for client, size in held if size > FULL}


def request(path: str, *headers: str) -> bytes:
    """A handshake."""
    lines = (f"GET {path} HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade", *headers)
    return "\r\n".join((*lines, f"Sec-WebSocket-Key: {KEY}", "Sec-WebSocket-Version: 13", "", "")).encode()


def saying(data: bytes, *, text: bool = True) -> bytes:
    """A client's frame, with a mask that changes nothing."""
    length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    return bytes([0x81 if text else 0x82]) + length + bytes(4) + data


class Reader:
    """Clients that read; `sayings` are what they say after the handshake, in turn."""

    def __init__(
        self, folder: Path, port: int, clients: int, hello: bytes, sayings: Iterable[bytes], *, silent: int = 0
    ) -> None:
        (folder / "request").write_bytes(hello)
        (folder / "sayings").write_bytes(b"".join(len(s).to_bytes(4, "little") + s for s in sayings))
        arguments = [str(port), str(clients), str(silent), str(folder / "request"), str(folder / "sayings")]
        self._port = port
        self._process = subprocess.Popen(
            [compiled("reader", folder.parent), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin and self._process.stdout
        self._in, self._out = self._process.stdin, self._process.stdout
        if self._out.readline() != "ready\n":
            raise RuntimeError("the clients could not connect")

    def report(self) -> dict[str, Any]:
        """What has come since the last report."""
        print(file=self._in, flush=True)
        return dict(json.loads(self._out.readline()))

    def sample(self, server: psutil.Process, seconds: float) -> Sample:
        """Watch for so long."""
        self.report()
        held = waiting(self._port)
        began, before = time.perf_counter(), cpu_seconds(server)
        time.sleep(seconds)
        used, took = cpu_seconds(server) - before, time.perf_counter() - began
        stalled = len(held & waiting(self._port))
        return Sample(seconds=took, cpu=used, rss=server.memory_info().rss, stalled=stalled, **self.report())

    def close(self) -> None:
        """Disconnect all of them."""
        self._in.close()
        self._process.wait()
        self._out.close()


class Served(NamedTuple):
    """A server under test."""

    process: psutil.Process
    port: int
    go: Any
    """Call it to have it publish."""


@contextmanager
def served(command: list[str | Path]) -> Iterator[Served]:
    """Run a server that says its port, publishes from a line of input on, and ends with its input."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        stdin = process.stdin
        try:
            yield Served(
                psutil.Process(process.pid), int(process.stdout.readline()), lambda: print(file=stdin, flush=True)
            )
        finally:
            stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
