"""A client that is nothing but its messages, on a gateway without a socket."""

from __future__ import annotations

from typing import Any, Self

from tests.sim.tws.serving import START
from tradestream_nb.sim.tws.fields import Field, render
from tradestream_nb.sim.tws.framing import FrameReader, frame
from tradestream_nb.sim.tws.gateway import Gateway
from tradestream_nb.sim.tws.world import WorldOptions

AAPL: tuple[Field, ...] = (0, "AAPL", "STK", "", 0.0, "", "", "SMART", "", "USD", "", "")


def texts(body: bytes) -> list[str]:
    """The fields of a message."""
    return body.decode().split("\0")[:-1]


class Wire:
    """Sends fields, and keeps the fields of everything it is sent."""

    def __init__(self, gateway: Gateway, client_id: int = 1, *, version: int = 178) -> None:
        self.gateway, self.link = gateway, gateway.connect()
        self.messages: list[list[str]] = []
        self._reader = FrameReader()
        self._now = 0.0
        self.say(b"API\0" + frame(b"v157..%d" % version))
        self.ask(71, 2, client_id, "")

    @property
    def last(self) -> list[str]:
        """What it was told last."""
        return self.messages[-1]

    def at(self, seconds: float) -> Self:
        """Send from now on at that second."""
        self._now = seconds
        return self

    def say(self, data: bytes) -> None:
        """Send bytes."""
        self.link.receive(data, self._now)
        self.listen()

    def ask(self, *fields: Field) -> None:
        """Send one request."""
        self.say(frame(render(*fields)))

    def pass_time(self, seconds: float) -> None:
        """Let simulated time pass."""
        self.gateway.advance(self.gateway.world.ts + round(seconds * 1_000_000))
        self.listen()

    def listen(self) -> None:
        """Take in what was sent."""
        self._reader.feed(self.link.take())
        while (body := self._reader.message()) is not None:
            self.messages.append(texts(body))

    def heard(self, reply: int, *, request_id: int | None = None) -> list[list[str]]:
        """The messages of one kind, of one request."""
        return [
            each
            for each in self.messages
            if each[0] == str(reply) and (request_id is None or str(request_id) in each[1:3])
        ]

    @property
    def codes(self) -> list[int]:
        """The codes of the errors it was told of."""
        return [int(each[3]) for each in self.heard(4)]


def joined(*client_ids: int, **options: Any) -> list[Wire]:
    """Clients of one gateway."""
    gateway = Gateway(WorldOptions(**options), ts=START)
    return [Wire(gateway, client_id) for client_id in client_ids]
