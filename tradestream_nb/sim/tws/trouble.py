"""What is wrong in the simulated world right now: the state that faults set and every part asks about."""

from __future__ import annotations

from collections import Counter, deque
from typing import Literal

import msgspec

from tradestream_nb.sim.listing import Listing

ExecutionTrouble = Literal["late", "duplicate", "corrected", "commission_first"]
Ill = Literal[
    "connection", "data_farm", "history_farm", "closed", "competing", "refusing", "trickle", "silence", "delay"
]
"""Troubles that last; the same one may be on several times over."""


class ExecutionFault(msgspec.Struct, frozen=True):
    """What happens to the report of one execution; a delay in seconds where there is one."""

    kind: ExecutionTrouble
    seconds: float = 0.0


class Trouble:
    """Nothing is wrong at first."""

    def __init__(self) -> None:
        self.reject_ids = 0
        """How many of the next clients hear that their id is in use."""
        self.pacing = 0
        """How many of the next historical requests are turned away for their pace."""
        self._on: Counter[tuple[Ill, str]] = Counter()
        self._executions: deque[ExecutionFault] = deque()

    def begin(self, ill: Ill, detail: str = "") -> None:
        """Let a trouble begin."""
        self._on[ill, detail] += 1

    def end(self, ill: Ill, detail: str = "") -> bool:
        """Let a trouble end; True unless it is still on for another reason."""
        self._on[ill, detail] -= 1
        self._on += Counter()
        return not self._on[ill, detail]

    @property
    def connected(self) -> bool:
        """Whether IB's servers can be reached."""
        return not self._on["connection", ""]

    @property
    def data_farm(self) -> bool:
        """Whether the farm for market data answers."""
        return not self._on["data_farm", ""]

    @property
    def history_farm(self) -> bool:
        """Whether the farm for historical data answers."""
        return not self._on["history_farm", ""]

    @property
    def is_open(self) -> bool:
        """Whether the market trades."""
        return not self._on["closed", ""]

    @property
    def competing(self) -> bool:
        """Whether another session has taken the market data."""
        return self._on["competing", ""] > 0

    @property
    def refusing(self) -> bool:
        """Whether new connections are refused."""
        return self._on["refusing", ""] > 0

    @property
    def trickle(self) -> bool:
        """Whether bytes are sent one at a time."""
        return self._on["trickle", ""] > 0

    @property
    def delay(self) -> int:
        """How long every message waits before it is sent, in µs."""
        return max((int(detail) for ill, detail in self._on if ill == "delay"), default=0)

    def is_silent(self, listing: Listing) -> bool:
        """Whether no market data comes for this contract."""
        if not self._on:
            return False
        flowing = self.connected and self.data_farm and not self.competing
        return not flowing or any(self._on["silence", which] for which in ("", listing.symbol))

    def spoil(self, fault: ExecutionFault, count: int = 1) -> None:
        """Let the reports of the next executions go wrong."""
        self._executions.extend([fault] * count)

    def next_execution(self) -> ExecutionFault | None:
        """What goes wrong with the execution that is about to be reported."""
        return self._executions.popleft() if self._executions else None
