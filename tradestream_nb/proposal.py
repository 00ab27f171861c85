"""What became of trying new code beside the running one: what speaks against it, what would differ, and the swap."""

from __future__ import annotations

from html import escape

import pandas as pd

from tradestream_nb.errors import HandlerDefinitionError, UserError
from tradestream_nb.host import Host
from tradestream_nb.shadow import Row, pared_table, rows_table
from tradestream_nb.slot import Slot

SHOWN = 10
"""Rows of what would differ that a notebook shows."""


class Proposal:
    """A candidate with all that speaks against it; shows itself as what would differ.

    Made, looked at and applied on the stream's thread only: nothing but `apply` changes the host.
    """

    def __init__(self, host: Host, slot: Slot, running: Slot | None, problems: list[str], rows: list[Row]) -> None:
        self.handler = slot.spec.name
        self.old_name = running.spec.name if running else self.handler
        """What the handler that it replaces is called; its own name where there is none."""
        self.old_version = running.spec.version if running else None
        """None for a handler that is new."""
        self.new_version = slot.spec.version
        self.problems = problems
        """What forbids the swap, one sentence each."""
        self.compared = len(rows)
        """How many recorded events both were run on."""
        self._host, self._slot, self._running = host, slot, running
        self._rows = [row for row in rows if row.differs]

    @property
    def ok(self) -> bool:
        """Whether nothing forbids the swap; that its messages differ does not."""
        return not self.problems

    @property
    def differs(self) -> bool:
        """Whether it is refused, is another version, or would say something else."""
        return not self.ok or self.old_version != self.new_version or bool(self._rows)

    @property
    def place(self) -> str:
        """The candidate's `file:line`."""
        return f"{self._slot.spec.file}:{self._slot.spec.line}"

    @property
    def differences(self) -> pd.DataFrame:
        """The events on which the two say something else: time, key, and the messages of the old and the new."""
        frame = rows_table(self._rows, ("ts", "key", "live", "shadow"))
        return frame.rename(columns={"live": "old", "shadow": "new"})

    def apply(self) -> None:
        """Swap the candidate in; raises UserError when it has problems or when it is not the running code's any more.

        A second call finds that the code it was compared with runs no longer.
        """
        spec = self._slot.spec
        if not self.ok:
            raise HandlerDefinitionError(f"handler {spec.name!r} {self.problems[0]}", file=spec.file, line=spec.line)
        if self._host.find(self.old_name) is not self._running:
            raise UserError(f"{self.old_name} has been swapped since this was proposed; propose it again")
        if self.old_name != spec.name:
            self._host.rename(self.old_name, spec.name)
        self._host.swap_in(self._slot)

    def __repr__(self) -> str:
        """The versions and the verdict, in one line."""
        return f"<Proposal {self.handler} {self.old_version or 'new'} -> {self.new_version}: {self.verdict}>"

    @property
    def verdict(self) -> str:
        """What the checks came to, in one sentence."""
        if self.problems:
            return "; ".join(self.problems)
        if self.old_version is None:
            return "a new handler"
        if not self.compared:
            return "no events recorded yet to compare on"
        last = f"the last {self.compared} events"
        return f"{len(self._rows)} of {last} would differ" if self._rows else f"no difference in {last}"

    def _repr_html_(self) -> str:
        head = f"<b>{escape(self.handler)}</b> {self.old_version or 'new'} → {self.new_version}"
        if not self.problems:
            return f"{head}: {escape(self.verdict)}{_html_table(self._rows[-SHOWN:])}"
        items = "".join(f"<li>{escape(problem)}</li>" for problem in self.problems)
        return f"{head}<ul>{items}</ul>{_html_table(self._rows[-SHOWN:])}"


def _html_table(rows: list[Row]) -> str:
    """Rows as a table, each message reduced to the fields in which the two differ."""
    return pared_table(rows, "old", "new").to_html(index=False) if rows else ""
