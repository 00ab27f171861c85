"""What holds for every handler that comes with the package, whatever the events."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts import event_lists
from tradestream_nb.contract import Handler, spec_of
from tradestream_nb.events import Event
from tradestream_nb.host import Host
from tradestream_nb.loading import load_folder, standard_folder

HANDLERS = load_folder(standard_folder())
every_handler = pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: handler.__name__)
events = event_lists()


class Run:
    """One handler over events, from a state, and what came of it."""

    def __init__(self, handler: Handler, events: list[Event], state: dict[Any, Any] | None = None) -> None:
        self.messages: list[Any] = []
        host = Host([handler], emit=lambda topic, messages, ts: self.messages.extend(messages))
        host.restore(handler.__name__, state or {})
        host.process_all(events)
        self.state = host.state(handler.__name__)
        assert not host.dead_letters


def stored(handler: Handler, state: dict[Any, Any]) -> dict[Any, Any]:
    """The state after a way through JSON, read back as the handler's own type of state."""
    if not spec_of(handler).stateful:
        return state
    name = list(inspect.signature(handler).parameters)[1]
    states: Any = dict[str, get_type_hints(handler)[name]]  # type: ignore[misc]
    return dict(msgspec.json.decode(msgspec.json.encode(state), type=states))


@every_handler
@given(taken=events)
def test_the_same_events_give_the_same_messages_and_state(handler: Handler, taken: list[Event]) -> None:
    one, other = Run(handler, taken), Run(handler, taken)
    assert (one.messages, one.state) == (other.messages, other.state)


@every_handler
@given(taken=events, place=st.integers(0, 30))
def test_resuming_from_a_saved_state_changes_nothing(handler: Handler, taken: list[Event], place: int) -> None:
    whole, first = Run(handler, taken), Run(handler, taken[:place])
    for state in (first.state, stored(handler, first.state)):
        second = Run(handler, taken[place:], state)
        assert first.messages + second.messages == whole.messages
        assert second.state == whole.state


@every_handler
@given(taken=events)
def test_a_handler_leaves_its_events_and_its_states_as_they_were(handler: Handler, taken: list[Event]) -> None:
    before = [msgspec.json.encode(event) for event in taken]
    state: dict[Any, Any] = {}
    for event in taken:
        encoded = msgspec.json.encode(state)
        after = Run(handler, [event], state).state
        assert msgspec.json.encode(state) == encoded
        state = after
    assert [msgspec.json.encode(event) for event in taken] == before


@every_handler
@given(taken=events)
def test_every_message_carries_the_time_of_its_event(handler: Handler, taken: list[Event]) -> None:
    for event in taken:
        assert all(message.ts == event.ts for message in Run(handler, [event]).messages)  # type: ignore[attr-defined]


@every_handler
def test_a_handler_is_short(handler: Handler) -> None:
    assert len(inspect.getsource(handler).splitlines()) < 50


@every_handler
def test_a_handlers_file_is_short_and_says_what_it_is_for(handler: Handler) -> None:
    text = Path(spec_of(handler).file).read_text(encoding="utf-8")
    assert text.startswith('"""') and len(text.splitlines()) < 80
