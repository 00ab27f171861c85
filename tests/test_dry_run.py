"""Running events through a handler in a cell: no thread, no clock, the same every time."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts import START, event_lists
from tradestream_nb.clock import SECOND
from tradestream_nb.contract import handler
from tradestream_nb.dry_run import run
from tradestream_nb.errors import UserError
from tradestream_nb.events import Event, Quote, Timer
from tradestream_nb.loading import load_handlers, standard_folder
from tradestream_nb.messages import PriceUpdate

price_updates = load_handlers(standard_folder())["price_updates"]
QUOTES = [Quote("AAPL", last=last, close=100.0, ts=START + at) for at, last in enumerate([101.0, 101.0, 103.0, 104.0])]


@handler(on=Quote, key="symbol", topic="own")
def counted(quote: Quote, seen: int | None) -> tuple[int, list[dict[str, object]]]:
    """Count the quotes of each symbol; a price of 0 is an error."""
    if quote.last == 0:
        raise ZeroDivisionError("no price")
    total = (seen or 0) + 1
    return total, [{"symbol": quote.symbol, "total": total, "ts": quote.ts}]


@handler(on=(Quote, Timer), key="symbol", topic="own", every=1.0)
def ticking(event: Quote | Timer, state: int | None) -> tuple[int, list[dict[str, object]]]:
    """Say each second of the data's own clock."""
    return 1, [{"ts": event.ts}] if isinstance(event, Timer) else []


def test_messages_and_state_are_those_of_calling_it_by_hand() -> None:
    done = run(price_updates, QUOTES)
    assert [message.price for message in done.messages] == [101.0, 103.0, 104.0]
    assert done.state == {"AAPL": done.messages[-1]}
    assert (done.handler, done.topic, done.events, done.dead_letters) == ("price_updates", "price_updates", 4, [])
    assert done.seconds > 0


def test_a_parameter_reaches_the_handler() -> None:
    assert [message.price for message in run(price_updates, QUOTES, min_move=2.0).messages] == [101.0, 103.0]


@given(event_lists(), st.integers(0, 30))
def test_resuming_from_a_saved_state_changes_nothing(events: list[Event], cut: int) -> None:
    whole = run(price_updates, events)
    first = run(price_updates, events[:cut])
    second = run(price_updates, events[cut:], first.state)
    assert first.messages + second.messages == whole.messages
    assert second.state == whole.state
    assert first.events + second.events == len(events)


def test_the_state_handed_in_is_left_as_it_was() -> None:
    before = {"AAPL": PriceUpdate("AAPL", 50.0)}
    run(price_updates, QUOTES, before)
    assert before == {"AAPL": PriceUpdate("AAPL", 50.0)}


def test_a_failing_event_is_kept_and_the_others_go_on() -> None:
    done = run(counted, [Quote("A", last=1.0), Quote("A", last=0.0), Quote("A", last=2.0)])
    assert [message["total"] for message in done.messages] == [1, 2]
    (letter,) = done.dead_letters
    assert (letter.event, letter.error) == (Quote("A", last=0.0), "ZeroDivisionError: no price")
    assert repr(done) == "<Run counted: 3 events -> 2 messages, 1 failed>"


def test_a_timer_follows_the_events_own_clock() -> None:
    events = [Quote("A", last=1.0, ts=START), Quote("A", last=1.0, ts=START + 3 * SECOND)]
    assert [message["ts"] - START for message in run(ticking, events).messages] == [SECOND, 2 * SECOND, 3 * SECOND]


def test_equal_runs_look_the_same_whatever_they_took() -> None:
    one, other = run(price_updates, QUOTES), run(price_updates, iter(QUOTES))
    assert repr(one) == repr(other) == "<Run price_updates: 4 events -> 3 messages>"


def test_its_table_has_columns_even_of_nothing() -> None:
    assert list(run(price_updates, []).df)[:3] == ["time", "symbol", "price"]
    assert run(price_updates, QUOTES).df["price"].tolist() == [101.0, 103.0, 104.0]
    assert list(run(counted, QUOTES[:1]).df) == ["time", "symbol", "total"]


def test_no_thread_is_started() -> None:
    before = threading.active_count()
    run(price_updates, QUOTES)
    assert threading.active_count() == before


def test_what_is_no_handler_is_told_by_name() -> None:
    with pytest.raises(UserError, match="print is not a handler"):
        run(print, QUOTES)


def test_a_parameter_it_does_not_have_is_told_with_those_it_has() -> None:
    with pytest.raises(UserError, match="no parameter 'min_mve'; it has min_move"):
        run(price_updates, QUOTES, min_mve=1.0)
