"""Tries a handler's new code on what the running one has just had, before it is let in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

import pandas as pd

from tradestream_nb.contract import Handler
from tradestream_nb.errors import ISOLATED, HandlerDefinitionError, UserError
from tradestream_nb.host import Host
from tradestream_nb.shadow import Row, compared, pared_table, rows_table
from tradestream_nb.slot import Recorded, Slot
from tradestream_nb.spec import HandlerSpec
from tradestream_nb.trial import Trial, copied, encoded, overheard

PURITY_CHECKS = 20
"""How many of the newest events the candidate is called on twice."""
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
        if _running(self._host, self.old_name) is not self._running:
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


def propose(host: Host, function: Handler, *, instead_of: str | None = None) -> Proposal:
    """Check `function` against the running handler `instead_of`, by default that of its name, on the recorded events.

    Both start from copies of the states that were recorded and have the parameters that are set now. Neither the
    host nor its states change. To be called on the stream's thread only. Raises UserError for what is no handler.
    """
    slot = Slot(function)
    running = _running(host, instead_of or slot.spec.name)
    problems = list(_misfits(host, slot.spec, running))
    if running is None or problems:
        return Proposal(host, slot, running, problems, [])
    slot.set(running.changed())
    recorded = list(running.recent or ())
    outcomes = _side_by_side(running, slot, recorded)
    problems = [*_impurities(slot, recorded[-PURITY_CHECKS:])][:1]
    failures = [row.error for failed, row in outcomes if row.error and not failed]
    if failures:
        where = f"on {len(failures)} of the last {len(outcomes)} events"
        problems.append(f"fails where the running one does not, {where}: {failures[-1]}")
    return Proposal(host, slot, running, problems, [row for _, row in outcomes])


def _running(host: Host, name: str) -> Slot | None:
    return host.slot(name) if name in host.specs else None


def _side_by_side(running: Slot, slot: Slot, recorded: Iterable[Recorded]) -> list[tuple[str, Row]]:
    """For each event how the running code fails on it, if it does, and what both say to it."""
    old, new = Trial(running.spec, running.call()), Trial(slot.spec, slot.call())
    outcomes = []
    with overheard():
        for event, key, before in recorded:
            old.begin(key, before)
            new.begin(key, before)
            messages, failed = old.take(event, key)
            outcomes.append((failed, compared(event, key, messages, new)))
    return outcomes


def _misfits(host: Host, spec: HandlerSpec, running: Slot | None) -> Iterator[str]:
    """Why a contract does not fit the host: `on`, `every` and the parameters may change freely, the rest not."""
    replaced = running.spec.name if running else spec.name
    for name, other in host.specs.items():
        if name != replaced and other.topic == spec.topic:
            way_out = f"call it {name!r} to take that one's place, or give it a topic of its own"
            yield f"has the same topic as the one at {other.file}:{other.line}; {way_out}"
    if running is None:
        return
    before = running.spec
    if spec.topic != before.topic:
        yield f"goes to topic {spec.topic!r}, and those who read {before.topic!r} would hear nothing more"
    if running.states and spec.key != before.key:
        yield f"is keyed by {spec.key!r}, and the state that it would take over by {before.key!r}"
    if running.states and before.stateful and not spec.stateful:
        yield f"takes no state, and that of {len(running.states)} keys would be lost"


def _impurities(slot: Slot, recorded: Iterable[Recorded]) -> Iterator[str]:
    """What a candidate does beside giving state and messages, told by calling it twice on copies of the same."""
    call = slot.call()
    for event, _, before in recorded:
        if type(event) not in slot.spec.on:
            continue
        same, state = encoded(event), copied(before)
        try:
            with overheard() as ear:
                once, again = encoded(call(event, copied(before))), encoded(call(event, state))
        except ISOLATED:
            # What fails is told by running it beside the other.
            continue
        if ear.heard:
            yield "prints; a handler only returns, so put what is to be seen into a message"
        if encoded(event) != same:
            yield "changes its event; events are shared by all handlers"
        if encoded(state) != encoded(before):
            yield "changes its state in place; return a new one"
        if once != again:
            yield "gives something else when called twice on the same; it may use no clock, chance or global state"


def _html_table(rows: list[Row]) -> str:
    """Rows as a table, each message reduced to the fields in which the two differ."""
    if not rows:
        return ""
    with pd.option_context("display.max_colwidth", None):
        return pared_table(rows, "old", "new").to_html(index=False)
