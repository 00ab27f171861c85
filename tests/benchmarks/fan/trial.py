"""Who is measured, and how: a server, its clients, and a while in which both are watched."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from tests.benchmarks.fan.brokers import nats, nchan
from tests.benchmarks.fan.load import Reader, Sample, Served, compiled, request, saying, served
from tests.benchmarks.fan.served import RATE, Task, template

CLIENTS = 200
WARM, MEASURED = 0.5, 2.0
"""Seconds that a server publishes before it is watched, and for which it is."""
V1, DEFLATE = "Sec-WebSocket-Protocol: tradestream.v1.json", "Sec-WebSocket-Extensions: permessage-deflate"
NOTHING = (b"",)


class Contestant(msgspec.Struct, frozen=True):
    """A server and what its clients say to it."""

    command: Sequence[str] = ()
    """What runs it; none for a broker."""
    path: str = "/"
    headers: Sequence[str] = ()
    sayings: Sequence[bytes] = NOTHING
    burst: int = 1
    """Messages per tick."""


def loop(burst: int = 1) -> Contestant:
    """The floor."""
    return Contestant(["loop", str(CLIENTS), str(RATE), str(burst), "template"], burst=burst)


def peer(name: str, path: str = "/", headers: Sequence[str] = (), sayings: Sequence[bytes] = NOTHING) -> Contestant:
    """Another server in Python."""
    return Contestant([sys.executable, "-m", "tests.benchmarks.fan.peers", name], path, headers, sayings)


def ours(task: Task, *, sayings: Sequence[bytes] | None = None, deflate: bool = False) -> Contestant:
    """The product."""
    command = [sys.executable, "-m", "tests.benchmarks.fan.ours", msgspec.json.encode(task).decode()]
    everything = [_subscribe("*")] if sayings is None else sayings
    return Contestant(command, "/ws", [V1, DEFLATE] if deflate else [V1], everything, task.burst)


def mounted(task: Task) -> Contestant:
    """The product in an application of FastAPI."""
    command = [sys.executable, "-m", "tests.benchmarks.fan.mounted", msgspec.json.encode(task).decode()]
    return Contestant(command, "/ws", [V1], [_subscribe("*")], task.burst)


def own_symbols() -> list[bytes]:
    """What each client says to get five of five hundred symbols, hardly two the same."""
    return [_subscribe([f"SYM{(7 * i + 101 * k) % 500:03}" for k in range(5)]) for i in range(CLIENTS)]


def _subscribe(symbols: object) -> bytes:
    return saying(msgspec.json.encode({"type": "subscribe", "channel": "price_updates", "symbols": symbols}))


NATS = saying(b'CONNECT {"verbose":false,"protocol":1}\r\nSUB prices 1\r\n', text=False)
ON_ONE_TOPIC = {
    "bare C loop of write()": loop(),
    "tradestream_nb": ours(Task()),
    "picows": peer("picows"),
    "nginx nchan": Contestant(path="/sub"),
    "websockets.broadcast": peer("broadcast"),
    "nats-server": Contestant(path="/", sayings=[NATS]),
    "FastAPI send_json": peer("fastapi"),
    "python-socketio": peer("socketio", "/socket.io/?EIO=4&transport=websocket", sayings=[saying(b"40")]),
}
BESIDE = {
    "mounted under uvicorn": mounted(Task()),
    "own 5 of 500": ours(Task(symbols=500), sayings=own_symbols()),
    "500 symbols, nobody": ours(Task(symbols=500), sayings=NOTHING),
    "deflated": ours(Task(compress=True), deflate=True),
    "broadcast, deflated": peer("deflate", headers=[DEFLATE]),
    "bursts of 10": ours(Task(burst=10)),
    "C loop, bursts of 10": loop(burst=10),
}


def running(name: str, who: Contestant, folder: Path) -> AbstractContextManager[Served]:
    """The server of a contestant."""
    if not who.command:
        return nchan(folder) if name == "nginx nchan" else nats(folder)
    if who.command[0] == "loop":
        (folder / "template").write_bytes(template())
        return served([compiled("loop", folder.parent), *who.command[1:-1], folder / "template"])
    return served(list(who.command))


def watch(
    name: str,
    who: Contestant,
    programs: Path,
    *,
    clients: int = CLIENTS,
    silent: int = 0,
    warm: float = WARM,
    seconds: float = MEASURED,
) -> Sample:
    """Run a contestant with so many clients, and watch it."""
    with TemporaryDirectory(dir=programs) as place, running(name, who, Path(place)) as server:
        reader = Reader(Path(place), server.port, clients, request(who.path, *who.headers), who.sayings, silent=silent)
        try:
            server.go()
            time.sleep(warm)
            return reader.sample(server.process, seconds)
        finally:
            reader.close()
