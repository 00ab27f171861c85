"""Every execution once: duplicates dropped, corrections in the place of what they correct, commissions joined."""

from __future__ import annotations

import msgspec

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Fill

PATIENCE = 1.0
"""Seconds that an execution waits for its commission before it is told without."""


class Ledger:
    """Takes executions and commission reports in any order, as often as they come, and gives the fills to tell.

    An execution is told once, when its commission is known or has not come for `patience` seconds. When it comes
    later the same fill is told again, with the commission and the same `exec_id`, by which it is known as the same.
    A correction has the `exec_id` of what it corrects, but for a higher number after the last dot; it is told with
    `corrects` naming that. Times are epoch µs; `now` is when something was heard.
    """

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self._patience = round(patience * SECOND)
        self._current: dict[str, Fill] = {}
        """The newest revision of each execution, by what its revisions share."""
        self._heard: dict[str, int] = {}
        """When each fill that waits to be told was first heard of."""
        self._told: set[str] = set()
        self._commissions: dict[str, float] = {}

    @property
    def fills(self) -> list[Fill]:
        """Every execution as it is known now, in the order they were heard of."""
        return list(self._current.values())

    def executed(self, fill: Fill, now: int) -> list[Fill]:
        """Take an execution in, and give what there is to tell of it."""
        root, revision = split(fill.exec_id)
        before = self._current.get(root)
        if before is not None and split(before.exec_id)[1] >= revision:
            return []
        if before is not None:
            self._heard.pop(before.exec_id, None)
            told = before.exec_id if before.exec_id in self._told else before.corrects
            fill = msgspec.structs.replace(fill, corrects=told)
        fill = self._with_commission(fill)
        self._current[root], self._heard[fill.exec_id] = fill, now
        return [] if fill.commission is None else self._tell(fill)

    def commissioned(self, exec_id: str, commission: float) -> list[Fill]:
        """Take a commission in, before its execution or after, and give what there is to tell."""
        if self._commissions.get(exec_id) == commission:
            return []
        self._commissions[exec_id] = commission
        root, _ = split(exec_id)
        fill = self._current.get(root)
        if fill is None or fill.exec_id != exec_id:
            return []
        self._current[root] = fill = self._with_commission(fill)
        return self._tell(fill)

    def due(self, now: int) -> list[Fill]:
        """The executions that have waited long enough, to be told without their commission."""
        waited = [exec_id for exec_id, heard in self._heard.items() if now - heard >= self._patience]
        return [told for exec_id in waited for told in self._tell(self._current[split(exec_id)[0]])]

    def _with_commission(self, fill: Fill) -> Fill:
        commission = self._commissions.get(fill.exec_id, fill.commission)
        return msgspec.structs.replace(fill, commission=commission)

    def _tell(self, fill: Fill) -> list[Fill]:
        self._heard.pop(fill.exec_id, None)
        self._told.add(fill.exec_id)
        return [fill]


def split(exec_id: str) -> tuple[str, int]:
    """What all revisions of an execution share, and which revision this is.

    >>> split("0000e0d5.6560a1b2.01.02"), split("PAPER-1")
    (('0000e0d5.6560a1b2.01', 2), ('PAPER-1', 0))
    """
    root, dot, revision = exec_id.rpartition(".")
    return (root, int(revision)) if dot and revision.isascii() and revision.isdigit() else (exec_id, 0)
