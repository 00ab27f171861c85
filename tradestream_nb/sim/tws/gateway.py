"""The simulated Trader Workstation without its socket: pure, driven by received bytes and by the time it is told."""

from __future__ import annotations

from tradestream_nb.clock import SECOND
from tradestream_nb.sim.tws.codes import Code, Request
from tradestream_nb.sim.tws.faults import Fault, plan
from tradestream_nb.sim.tws.fields import Fields
from tradestream_nb.sim.tws.link import Link
from tradestream_nb.sim.tws.part import Answer
from tradestream_nb.sim.tws.parts import make_parts
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.world import World, WorldOptions


class Gateway:
    """Takes in clients, gives each request to the part that answers it, and moves the world on in even steps."""

    def __init__(self, options: WorldOptions | None = None, *, ts: int) -> None:
        self.world = World(options or WorldOptions(), ts)
        self.step = round(SECOND / self.world.options.rate)
        """µs of simulated time between two quotes of a contract."""
        self.parts = make_parts(self.world)
        self._answers: dict[int, Answer] = {
            request: answer for part in self.parts for request, answer in part.answers().items()
        }
        self._next_step = ts + self.step

    def connect(self) -> Link:
        """A new connection, on which the client speaks first."""
        return Link(self)

    def join(self, session: Session) -> bool:
        """Take in a client that has started, or tell it that its id is in use."""
        trouble, sessions = self.world.trouble, self.world.sessions
        if trouble.reject_ids or session.client_id in sessions:
            trouble.reject_ids = max(trouble.reject_ids - 1, 0)
            text = "Unable to connect as the client id is already in use. Retry with a unique client id."
            session.error(-1, Code.CLIENT_ID_IN_USE, text)
            session.end("close")
            return False
        sessions[session.client_id] = session
        if not trouble.connected:
            session.hold()
        for part in self.parts:
            part.on_join(session)
        return True

    def leave(self, session: Session) -> None:
        """Forget a client whose connection has ended."""
        del self.world.sessions[session.client_id]
        for part in self.parts:
            part.on_leave(session)

    def answer(self, session: Session, request: int, fields: Fields) -> None:
        """Answer one request; of one that is not known the client hears so."""
        answer = self._answers.get(request)
        if answer:
            answer(session, fields)
        else:
            name = Request(request).name.lower() if request in Request.__members__.values() else str(request)
            session.error(-1, Code.UNKNOWN_REQUEST, f"Unknown message id: {name}")

    def forget_data(self) -> None:
        """Drop every subscription to data from IB's servers, as they do when a connection is not resumed."""
        for session in list(self.world.sessions.values()):
            for part in self.parts:
                part.on_lost(session)

    def fail_data(self, code: int, text: str) -> None:
        """Tell every subscription to market data of a problem."""
        for part in self.parts:
            part.on_data_error(code, text)

    def strike(self, *faults: Fault) -> None:
        """Let these faults happen, each at its time."""
        for fault in faults:
            plan(fault, self)

    def advance(self, ts: int) -> None:
        """Move on to `ts` (epoch µs), doing on the way whatever is due, in the order it is due."""
        world = self.world
        while True:
            planned = world.agenda.next
            if planned is not None and planned <= min(ts, self._next_step):
                world.ts = max(world.ts, planned)
                world.agenda.take()()
            elif self._next_step <= ts:
                world.ts = self._next_step
                self._next_step += self.step
                self._take_step()
            else:
                break
        world.ts = max(world.ts, ts)

    def skip(self, ts: int) -> None:
        """Leap to `ts` (epoch µs) without a quote on the way, as when the machine slept."""
        self._next_step = max(self._next_step, ts + self.step - (ts - self.world.start) % self.step)
        self.advance(ts)

    def _take_step(self) -> None:
        for listing, quote in self.world.prices.step(self.world.ts):
            for part in self.parts:
                part.on_quote(listing, quote)
        for part in self.parts:
            part.on_step(self.world.ts)
