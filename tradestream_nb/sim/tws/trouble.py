"""What is wrong in the simulated world right now: the state that faults set and every part asks about."""

from __future__ import annotations

from collections import deque
from typing import Literal

import msgspec

from tradestream_nb.sim.listing import Listing

ExecutionTrouble = Literal["late", "duplicate", "corrected", "commission_first"]


class ExecutionFault(msgspec.Struct, frozen=True):
    """What happens to the report of one execution; a delay in seconds where there is one."""

    kind: ExecutionTrouble
    seconds: float = 0.0


class Trouble:
    """Nothing is wrong at first."""

    def __init__(self) -> None:
        self.connected = True
        """Whether IB's servers can be reached."""
        self.data_farm = self.history_farm = True
        """Whether the farms for market data and for historical data answer."""
        self.is_open = True
        """Whether the market trades."""
        self.competing = False
        """Whether another session has taken the market data."""
        self.refusing = False
        """Whether new connections are refused."""
        self.delay = 0
        """How long every message waits before it is sent, in µs."""
        self.trickle = False
        """Whether bytes are sent one at a time."""
        self.reject_ids = 0
        """How many of the next clients hear that their id is in use."""
        self.pacing = 0
        """How many of the next historical requests are turned away for their pace."""
        self._silent: dict[str, int] = {}
        self._executions: deque[ExecutionFault] = deque()

    def is_silent(self, listing: Listing) -> bool:
        """Whether no market data comes for this contract."""
        flowing = self.connected and self.data_farm and not self.competing
        return not flowing or "" in self._silent or listing.symbol in self._silent

    def silence(self, symbol: str) -> None:
        """Stop the ticks of one symbol, or of every one for ""; as often as this is said, it must be taken back."""
        self._silent[symbol] = self._silent.get(symbol, 0) + 1

    def unsilence(self, symbol: str) -> None:
        """Take one silence back."""
        self._silent[symbol] -= 1
        if not self._silent[symbol]:
            del self._silent[symbol]

    def spoil(self, fault: ExecutionFault, count: int = 1) -> None:
        """Let the reports of the next executions go wrong."""
        self._executions.extend([fault] * count)

    def next_execution(self) -> ExecutionFault | None:
        """What goes wrong with the execution that is about to be reported."""
        return self._executions.popleft() if self._executions else None
