"""A hub with clients whose wires are paper."""

from __future__ import annotations

from collections.abc import Sequence

from tradestream_nb.hub import Hub
from tradestream_nb.server.client import Client
from tradestream_nb.server.clients import Clients
from tradestream_nb.server.door.admission import Admission
from tradestream_nb.server.door.identity import LOCAL
from tradestream_nb.server.limits import Limits

V1 = Admission(LOCAL, "tradestream.v1.json", "v1", "json")
UNHURRIED = Limits(request_rate=1e6, request_burst=1_000_000)
"""No request is refused for its pace, which would tell of the machine's."""


class Paper:
    """A wire that keeps what is written, and takes it only while it is `open`."""

    kind = "paper"

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.shared = self.size = 0
        self.full = self.fails = False
        self.ended: int | None = None

    def buffered(self) -> int:
        return self.size

    def write(self, messages: Sequence[bytes]) -> int:
        data = self.encode(messages)
        self._take(data)
        return len(data)

    def ready(self) -> bool:
        return not self.size

    def encode(self, messages: Sequence[bytes]) -> bytes:
        return b"".join(message + b"\n" for message in messages)

    @property
    def sink(self) -> Paper:
        return self

    def finish(self, data: bytes, taken: int) -> None:
        raise RuntimeError("torn")

    def send(self, data: bytes) -> int:
        if self.fails:
            raise RuntimeError("torn")
        self.shared += 1
        self._take(data)
        return len(data)

    def _take(self, data: bytes) -> None:
        self.lines += data.splitlines()
        self.size += len(data) if self.full else 0

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def close(self, code: int, reason: str) -> None:
        self.ended = code

    def abort(self) -> None:
        self.ended = 1006

    def heard(self) -> list[bytes]:
        """What was written since the last time."""
        lines, self.lines = self.lines, []
        return lines


class Desk:
    """A hub with clients on paper."""

    def __init__(self) -> None:
        self.hub = Hub(epoch="e1")
        self.clients = Clients(self.hub, limits=UNHURRIED)
        self.papers: dict[Client, Paper] = {}

    def open(self, channel: str = "price", **more: object) -> tuple[Client, Paper]:
        paper = Paper()
        client = self.clients.open(paper, V1, "127.0.0.1", line=paper)
        self.clients.received(client, f'{{"type":"subscribe","channel":"{channel}"}}')
        paper.heard()
        return client, paper

    def turn(self) -> None:
        """End the turn of the loop."""
        self.clients._end_turn()
