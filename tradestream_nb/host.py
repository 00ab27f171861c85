"""Runs handlers over events: keeps their state per key, isolates their errors, swaps their code."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from tradestream_nb.contract import Handler
from tradestream_nb.errors import UserError
from tradestream_nb.events import EVENT_TYPES, Event, Timer
from tradestream_nb.letter import DeadLetter, Retried
from tradestream_nb.shadow import Shadow
from tradestream_nb.slot import Probation, Slot
from tradestream_nb.spec import HandlerSpec
from tradestream_nb.steps import GIVEN_UP_AFTER, Emit, KeyOf, Step, always, dressed, ignored, in_turn, plain
from tradestream_nb.timers import Timers
from tradestream_nb.trial import Trial

logger = logging.getLogger(__name__)

DEAD_LETTERS = 1_000
"""Failed events that are kept to be looked at; older ones make room."""
NOTICES = 100
"""Notices that are kept; older ones make room."""


class Notice(msgspec.Struct, frozen=True):
    """Something the host did on its own account, at `ts` (epoch µs of the event), so that `version` runs."""

    handler: str
    text: str
    ts: int
    version: str


class Host:
    """Feeds each event to the handlers that asked for its type, one after the other, on one thread."""

    def __init__(
        self,
        handlers: Iterable[Handler] = (),
        *,
        emit: Emit,
        record: int = 0,
        open_topic: Callable[[str], object] | None = None,
    ) -> None:
        """`emit` takes what handlers say; `open_topic` is called with a handler's topic before the handler is put in.

        `record` is how many events of each handler are kept, with the states they met, to try new code on.
        """
        self._emit, self._record, self._open_topic = emit, record, open_topic
        self._slots: dict[str, Slot] = {}
        self._steps: dict[type[Event], Step] = dict.fromkeys(EVENT_TYPES, ignored)
        self.timers = Timers()
        self._ticking = False
        self.dead_letters: deque[DeadLetter] = deque(maxlen=DEAD_LETTERS)
        self.notices: deque[Notice] = deque(maxlen=NOTICES)
        for function in handlers:
            self.swap(function)

    @property
    def specs(self) -> dict[str, HandlerSpec]:
        """The contract of every handler, by name."""
        return {name: slot.spec for name, slot in self._slots.items()}

    @property
    def errors(self) -> dict[str, int]:
        """How many events each handler failed on."""
        return {name: slot.errors for name, slot in self._slots.items()}

    def process(self, event: Any) -> None:
        """Run the event through its handlers; a handler's exception becomes a dead letter and goes no further."""
        if self._ticking:
            self.advance(event.ts)
        self._steps[type(event)](event)

    def process_all(self, events: Iterable[Any]) -> None:
        """Run events through in their order, faster than one by one."""
        steps = self._steps
        for event in events:
            if self._ticking:
                self.advance(event.ts)
            steps[type(event)](event)

    def advance(self, ts: int) -> None:
        """Fire every timer that is due at `ts`: once for each key that holds state, or once where there are no keys."""
        for timer in self.timers.advance(ts):
            slot = self._slots[timer.name]
            for key in list(slot.states) if slot.spec.key else [None]:
                # Looked up for each key, because a failure on one may have brought the code before it back.
                self._step(self._slots[timer.name], always(key))(timer)

    def rewind(self) -> None:
        """Let the timers follow a clock that has gone back; handlers keep what they know."""
        self.timers.rewind()

    def swap(self, function: Handler) -> None:
        """Put a handler in, or in place of the one of the same name, which leaves its state and parameters to it.

        New code that fails on `GIVEN_UP_AFTER` events in a row before it is trusted gives way again to the code
        before it, which goes on from the state as it is then.
        """
        self.swap_in(Slot(function))

    def swap_in(self, slot: Slot) -> None:
        """Swap in a handler that is in no host yet."""
        before = self._slots.get(slot.spec.name)
        if before is None:
            slot.recent = deque(maxlen=self._record) if self._record else None
        elif before.spec.version == slot.spec.version:
            slot.probation = before.probation
        else:
            slot.probation = Probation(before)
        if self._open_topic is not None:
            self._open_topic(slot.spec.topic)
        self._place(slot)

    def rename(self, old: str, new: str) -> None:
        """Call a handler otherwise, between two events; its place, its timer and what is kept of it bear the new name.

        Raises UserError where there is no such handler, or one of the new name already.
        """
        slot = self.slot(old)
        if new in self._slots:
            raise UserError(f"there is a handler {new!r} already; {old!r} cannot be called so, too")
        slot.rename(new)
        self._slots = {each.spec.name: each for each in self._slots.values()}
        self.timers.rename(old, new)
        for kept in (self.dead_letters, self.notices):
            _readdress(kept, old, new)

    def configure(self, name: str, parameters: Mapping[str, Any]) -> None:
        """Set parameters of a handler from its next event on; raises UserError where it does not fit."""
        slot = self.slot(name)
        slot.parameters |= slot.spec.converted(parameters)
        self._route()

    def find(self, name: str) -> Slot | None:
        """What is kept for a handler, to be looked at; None where there is no such handler."""
        return self._slots.get(name)

    def slot(self, name: str) -> Slot:
        """What is kept for a handler, to be looked at; raises UserError where there is no such handler."""
        if name not in self._slots:
            raise UserError(f"there is no handler {name!r}; there are {', '.join(self._slots)}")
        return self._slots[name]

    def shadow(self, function: Handler) -> Shadow:
        """Run `function` beside the handler of its name, from a copy of its state and with its parameters.

        It takes the place of an earlier shadow. Raises UserError where there is no such handler, or one with
        another key.
        """
        slot = Slot(function)
        live = self.slot(slot.spec.name)
        if slot.spec.key != live.spec.key:
            raise UserError(f"handler {slot.spec.name!r} is keyed by {live.spec.key!r}; its shadow has to be, too")
        slot.set(live.changed())
        live.shadow = Shadow(Trial(slot.spec, slot.call()), self._end_shadow)
        self._route()
        return live.shadow

    def retry(self, letters: Iterable[DeadLetter] | None = None) -> Retried:
        """Run dead letters, by default all, again through the handlers as they are now, in their order.

        Those that go through this time are dead letters no longer and their messages are emitted; those that fail
        again say how they failed now. A letter that is no longer kept is passed over.
        """
        chosen = list(self.dead_letters if letters is None else letters)
        results = [self._retry(letter) for letter in chosen if letter in self.dead_letters]
        return Retried(sum(results), len(results) - sum(results))

    def state(self, name: str) -> dict[Any, Any]:
        """A copy of a handler's state by key."""
        return dict(self._slots[name].states)

    def restore(self, name: str, states: Mapping[Any, Any]) -> None:
        """Put these states by key in place of a handler's own."""
        self._slots[name].states.clear()
        self._slots[name].states.update(states)

    def _place(self, slot: Slot) -> None:
        """Run this slot from now on; the one before leaves it what it has."""
        name = slot.spec.name
        if name in self._slots:
            slot.take_over(self._slots[name])
        self._slots[name] = slot
        self.timers.set(name, slot.spec.every)
        self._route()

    def _route(self) -> None:
        """Renew the table from event type to what runs; between two events, so that each meets one version whole."""
        routes: dict[type[Event], list[Step]] = {}
        for slot in self._slots.values():
            step = self._step(slot, slot.key_of())
            for event_type in slot.spec.on:
                if event_type is not Timer:
                    routes.setdefault(event_type, []).append(step)
        # Changed in place, for `process_all` may be in the middle of it.
        self._steps.update(dict.fromkeys(EVENT_TYPES, ignored))
        self._steps.update((event_type, in_turn(steps)) for event_type, steps in routes.items())
        self._ticking = bool(self.timers)

    def _step(self, slot: Slot, key_of: KeyOf) -> Step:
        return dressed(slot, key_of, self._emit, fail=self._bury, decide=self._decide)

    def _bury(self, slot: Slot, key: Any, event: Any, error: BaseException) -> None:
        slot.errors += 1
        self.dead_letters.append(DeadLetter.of(slot.spec, key, event, error))

    def _retry(self, letter: DeadLetter) -> bool:
        slot = self._slots[letter.handler]
        if type(letter.event) not in slot.spec.on:
            return False
        self.dead_letters.remove(letter)
        errors = slot.errors
        key_of = always(letter.key) if isinstance(letter.event, Timer) else slot.key_of()
        plain(slot, key_of, self._emit, fail=self._bury)(letter.event)
        succeeded = slot.errors == errors
        # It counted as failed when it failed first.
        slot.errors = errors
        return succeeded

    def _decide(self, slot: Slot, well: bool) -> None:
        """End a handler's probation; the one before it comes back when it did not do well."""
        probation, slot.probation = slot.probation, None
        if probation is None or self._slots[slot.spec.name] is not slot:
            return
        if well:
            self._route()
            return
        letter = self.dead_letters[-1]
        self._place(probation.before)
        version = probation.before.spec.version
        text = f"rolled back to {version} after {GIVEN_UP_AFTER} failures in a row: {letter.error}"
        self.notices.append(Notice(slot.spec.name, text, letter.event.ts, version))
        logger.warning("%s %s", slot.spec.name, text)

    def _end_shadow(self, shadow: Shadow) -> None:
        for slot in self._slots.values():
            if slot.shadow is shadow:
                slot.shadow = None
                self._route()


def _readdress(kept: deque[Any], old: str, new: str) -> None:
    """Let what is kept of the handler `old` be of `new`."""
    for place, each in enumerate(kept):
        if each.handler == old:
            kept[place] = msgspec.structs.replace(each, handler=new)
