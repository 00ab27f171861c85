"""One socket without the socket: bytes in, bytes out, and the word that it has to end."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from tradestream_nb.clock import moment
from tradestream_nb.sim.tws.codes import Code, Request
from tradestream_nb.sim.tws.fields import Fields, Malformed, render
from tradestream_nb.sim.tws.framing import FrameReader, NotSpoken, frame
from tradestream_nb.sim.tws.rate import RateLimit
from tradestream_nb.sim.tws.session import Ending, Session
from tradestream_nb.sim.tws.world import OLDEST_VERSION, World


class Host(Protocol):
    """Who the link speaks for."""

    world: World

    def join(self, session: Session) -> bool:
        """Take in a client that has started, or tell it why not."""

    def leave(self, session: Session) -> None:
        """Forget a client whose connection has ended."""

    def answer(self, session: Session, request: int, fields: Fields) -> None:
        """Answer one request."""


class Link:
    """Greets, starts the API, and passes on requests until either side ends it."""

    def __init__(self, host: Host) -> None:
        self.ending: Ending | None = None
        """How the socket has to end, once `take` has nothing more to give."""
        self.session: Session | None = None
        self._host = host
        self._reader = FrameReader()
        self._version: int | None = None
        self._rate = RateLimit()
        self._out: deque[tuple[int, bytes]] = deque()

    @property
    def is_over(self) -> bool:
        """True when there is nothing left to send before the socket ends."""
        return self.ending == "reset" or (self.ending == "close" and not self._out)

    @property
    def wants_trickle(self) -> bool:
        """True when the bytes should go out one at a time."""
        return self._host.world.trouble.trickle

    def receive(self, data: bytes, at: float = 0.0) -> None:
        """Take in bytes, of which the last came `at` that second of any clock that never jumps."""
        if self.ending:
            return
        self._reader.feed(data)
        try:
            if self._version is None:
                self._greet()
            while self._version is not None and not self.ending:
                body = self._reader.message()
                if body is None:
                    return
                self._read(body, at)
        except NotSpoken:
            self.end("close")

    def take(self) -> bytes:
        """The bytes that are due to be sent now."""
        due = []
        while self._out and self._out[0][0] <= self._host.world.ts:
            due.append(self._out.popleft()[1])
        return b"".join(due)

    def end(self, ending: Ending) -> None:
        """End the connection from this side; a reset also drops what was not sent yet."""
        if self.ending != "reset":
            self.ending = ending
        if ending == "reset":
            self._out.clear()
        self.gone()

    def gone(self) -> None:
        """Hear that the socket has ended."""
        self.ending = self.ending or "close"
        session, self.session = self.session, None
        if session:
            self._host.leave(session)

    def _put(self, data: bytes) -> None:
        if not self.ending:
            world = self._host.world
            due = world.ts + world.trouble.delay
            # A message never overtakes one that was delayed before it.
            self._out.append((max(due, self._out[-1][0]) if self._out else due, data))

    def _greet(self) -> None:
        hello = self._reader.hello()
        if hello is None:
            return
        version = min(hello.most, self._host.world.options.version)
        if version < max(hello.least, OLDEST_VERSION):
            return self.end("close")
        self._version = version
        self._put(frame(render(version, f"{moment(self._host.world.ts):%Y%m%d %H:%M:%S} UTC")))

    def _read(self, body: bytes, at: float) -> None:
        fields = Fields(body)
        try:
            request = fields.integer()
            if self.session is None:
                self._start(request, fields)
            elif self._is_within_rate(self.session, at):
                self._host.answer(self.session, request, fields)
        except Malformed as problem:
            if self.session:
                self.session.error(-1, Code.UNREADABLE, f"Server error when reading an API client request: {problem}.")

    def _start(self, request: int, fields: Fields) -> None:
        if request != Request.START_API or self._version is None:
            return
        fields.skip()
        session = Session(fields.integer(), self._version, put=self._put, end=self.end)
        if self._host.join(session):
            self.session = session

    def _is_within_rate(self, session: Session, at: float) -> bool:
        if not self._host.world.options.limits or self._rate.allows(at):
            return True
        session.error(
            -1, Code.TOO_MANY_MESSAGES, f"Max rate of messages per second has been exceeded: {self._rate.most}"
        )
        if self._rate.is_exhausted:
            session.end("close")
        return False
