"""Tries a handler's new code on what the running one has just had, before it is let in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tradestream_nb.contract import Handler
from tradestream_nb.errors import ISOLATED
from tradestream_nb.host import Host
from tradestream_nb.proposal import Proposal
from tradestream_nb.shadow import Row, compared
from tradestream_nb.slot import Recorded, Slot
from tradestream_nb.spec import HandlerSpec
from tradestream_nb.trial import Trial, alike, copied, encoded, overheard

PURITY_CHECKS = 20
"""How many of the newest events the candidate is called on twice."""


def propose(host: Host, function: Handler, *, instead_of: str | None = None) -> Proposal:
    """Check `function` against the running handler `instead_of`, by default that of its name, on the recorded events.

    Both start from copies of the states that were recorded and have the parameters that are set now. Neither the
    host nor its states change. To be called on the stream's thread only. Raises UserError for what is no handler.
    """
    slot = Slot(function)
    running = host.find(instead_of or slot.spec.name)
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
    if running is None:
        for name, other in host.specs.items():
            if other.topic == spec.topic:
                way_out = f"call it {name!r} to take that one's place, or give it a topic of its own"
                yield f"has the same topic as the one at {other.file}:{other.line}; {way_out}"
        return
    before = running.spec
    if spec.topic != before.topic:
        yield f"goes to topic {spec.topic!r}, and those who read {before.topic!r} would hear nothing more"
        # It is another handler altogether, and no use in saying how else they differ.
        return
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
                once, again = call(event, copied(before)), call(event, state)
        except ISOLATED:
            # What fails is told by running it beside the other.
            continue
        if ear.heard:
            yield "prints; a handler only returns, so put what is to be seen into a message"
        if encoded(event) != same:
            yield "changes its event; events are shared by all handlers"
        if not alike(state, before):
            yield "changes its state in place; return a new one"
        if not alike(once, again):
            yield "gives something else when called twice on the same; it may use no clock, chance or global state"
