"""Everything that can be made to go wrong on purpose, each as a small record that says what, when and how long."""

from __future__ import annotations

import logging
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from tradestream_nb.sim.tws.codes import Code
from tradestream_nb.sim.tws.session import Ending, Session
from tradestream_nb.sim.tws.start import LOST, data_farm, history_farm
from tradestream_nb.sim.tws.trouble import ExecutionFault, ExecutionTrouble, Ill
from tradestream_nb.sim.tws.world import World

_log = logging.getLogger(__name__)

Seconds = Annotated[float, Meta(ge=0, le=1e6)]
Count = Annotated[int, Meta(ge=1, le=10_000)]


class Stage(Protocol):
    """Where faults happen."""

    world: World

    def forget_data(self) -> None:
        """Drop every subscription to data."""

    def fail_data(self, code: int, text: str) -> None:
        """Tell every subscription to market data of a problem."""


class Planned(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True):
    """Happens `at` so many seconds after it is given, and again `every` so many."""

    at: Seconds = 0.0
    every: Annotated[float, Meta(gt=0, le=1e6)] | None = None


class Drop(Planned, frozen=True, tag="drop"):
    """Closes the socket of one client, or of every one."""

    client: int | None = None

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        end_clients(stage.world, "close", self.client)


class Reset(Planned, frozen=True, tag="reset"):
    """Resets the socket of one client, or of every one, with what was not sent yet."""

    client: int | None = None

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        end_clients(stage.world, "reset", self.client)


class Lasting(Planned, frozen=True):
    """Lasts `seconds`."""

    seconds: Seconds = 10.0

    def last(self, stage: Stage, ill: Ill, detail: str = "") -> None:
        """Let a trouble begin now and end by itself."""
        stage.world.trouble.begin(ill, detail)
        stage.world.later(self.seconds, lambda: self.heal(stage, ill, detail))

    def heal(self, stage: Stage, ill: Ill, detail: str) -> None:
        """Let the trouble end."""
        if stage.world.trouble.end(ill, detail):
            self.healed(stage)

    def healed(self, stage: Stage) -> None:
        """Do what follows the end of the trouble."""


class Refuse(Lasting, frozen=True, tag="refuse"):
    """Refuses new connections; those there are go on."""

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        self.last(stage, "refusing")


class Disconnect(Lasting, frozen=True, tag="disconnect"):
    """Cuts Trader Workstation off from IB's servers: 1100, and 1102 at the end, or 1101 when data was not `kept`."""

    kept: bool = True

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        self.last(stage, "connection")
        stage.world.tell_all(Code.CONNECTION_LOST, LOST)
        for session in stage.world.sessions.values():
            session.hold()

    def healed(self, stage: Stage) -> None:
        """Tell that the connection is back, and then what had to wait for it."""
        restored = "Connectivity between IB and Trader Workstation has been restored"
        if self.kept:
            stage.world.tell_all(Code.RESTORED_DATA_KEPT, f"{restored} - data maintained.")
        else:
            stage.forget_data()
            stage.world.tell_all(Code.RESTORED_DATA_LOST, f"{restored} - data lost.")
        for session in list(stage.world.sessions.values()):
            session.release()


class DataFarm(Lasting, frozen=True, tag="data-farm"):
    """Breaks the farm for market data: 2103, then 2104; subscriptions end silently when data was not `kept`."""

    kept: bool = True

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        self.last(stage, "data_farm")
        stage.world.tell_all(*data_farm(False))

    def healed(self, stage: Stage) -> None:
        """Tell that the farm is back."""
        if not self.kept:
            stage.forget_data()
        stage.world.tell_all(*data_farm(True))


class HistoryFarm(Lasting, frozen=True, tag="history-farm"):
    """Breaks the farm for historical data: 2105, then 2106."""

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        self.last(stage, "history_farm")
        stage.world.tell_all(*history_farm(False))

    def healed(self, stage: Stage) -> None:
        """Tell that the farm is back."""
        stage.world.tell_all(*history_farm(True))


class Silence(Lasting, frozen=True, tag="silence"):
    """Stops the ticks of one symbol, or of all, without a word."""

    symbol: str = ""

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        self.last(stage, "silence", self.symbol)


class Closed(Lasting, frozen=True, tag="closed"):
    """Closes the market: nothing trades, and live data has neither bid nor ask."""

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        self.last(stage, "closed")


class Competing(Lasting, frozen=True, tag="competing"):
    """Lets another session take the market data: 10197 for every line, `count` times over."""

    count: Count = 10

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        self.last(stage, "competing")
        for _ in range(self.count):
            stage.fail_data(Code.COMPETING_SESSION, "No market data during competing live session")


class Slow(Lasting, frozen=True, tag="slow"):
    """Sends every message `delay` seconds late."""

    delay: Seconds = 2.0

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        self.last(stage, "delay", str(round(self.delay * 1e6)))


class Trickle(Lasting, frozen=True, tag="trickle"):
    """Sends byte by byte."""

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        self.last(stage, "trickle")


class NightlyReset(Lasting, frozen=True, tag="nightly-reset"):
    """Restarts Trader Workstation: 1100, every socket closed, and nobody let in for `seconds`."""

    seconds: Seconds = 60.0

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        stage.world.tell_all(Code.CONNECTION_LOST, LOST)
        end_clients(stage.world, "close")
        self.last(stage, "refusing")


class IdInUse(Planned, frozen=True, tag="id-in-use"):
    """Tells the next clients that their id is in use: 326."""

    count: Count = 1

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        stage.world.trouble.reject_ids += self.count


class PacingViolation(Planned, frozen=True, tag="pacing"):
    """Turns the next historical requests away: 162."""

    count: Count = 1

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        stage.world.trouble.pacing += self.count


class Executions(Planned, frozen=True, tag="executions"):
    """Lets the reports of the next executions go wrong: late, twice, corrected after, or after their commission."""

    wrong: ExecutionTrouble
    seconds: Seconds = 2.0
    count: Count = 1

    def strike(self, stage: Stage) -> None:
        """Let it happen now."""
        stage.world.trouble.spoil(ExecutionFault(self.wrong, self.seconds), self.count)


Fault = (
    Drop | Reset | Refuse | Disconnect | DataFarm | HistoryFarm | Silence | Closed | Competing | Slow | Trickle
    | NightlyReset | IdInUse | PacingViolation | Executions
)  # fmt: skip


def end_clients(world: World, ending: Ending, client: int | None = None) -> None:
    """End the connection of one client, or of every one."""
    wanted: list[Session] = [each for each in world.sessions.values() if client in (None, each.client_id)]
    for session in wanted:
        session.end(ending)


def plan(fault: Fault, stage: Stage) -> None:
    """Let a fault happen when its time comes, and again where it says so."""
    if fault.at:
        stage.world.later(fault.at, lambda: _happen(fault, stage))
    else:
        _happen(fault, stage)


def _happen(fault: Fault, stage: Stage) -> None:
    if fault.every:
        stage.world.later(fault.every, lambda: _happen(fault, stage))
    _log.info("%s", fault)
    fault.strike(stage)
