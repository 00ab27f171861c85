"""Running events through a handler in a cell: no thread, no clock, the same every time."""

from __future__ import annotations

import threading
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts import START, event_lists
from tests.hosted import LONG
from tradestream_nb.clock import SECOND
from tradestream_nb.contract import handler
from tradestream_nb.dry_run import frame_events, run
from tradestream_nb.errors import DataFileError, UserError
from tradestream_nb.events import Bar, Event, Quote, Timer
from tradestream_nb.host import DEAD_LETTERS
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


BARS = pd.DataFrame(
    {"Symbol": ["B", "A"], "Open": [1.0, 2.0], "High": 3.0, "Low": 1.0, "Close": [2.0, 2.5], "Volume": [9, 8]},
    index=pd.to_datetime(["2026-01-06", "2026-01-05"]),
)


def test_a_frame_of_bars_is_quotes_and_bars_in_the_order_of_its_times() -> None:
    events = frame_events(BARS)
    assert [(type(event), event.symbol) for event in events] == [(Quote, "A"), (Bar, "A"), (Quote, "B"), (Bar, "B")]
    assert run(price_updates, BARS).df["price"].tolist() == [2.5, 2.0]


def test_any_other_frame_of_prices_is_quotes() -> None:
    frame = pd.DataFrame({"ts": [1767623400, 1767623401], "bid": [1.0, 2.0], "ask": [2.0, 3.0]})
    assert [(quote.symbol, quote.price) for quote in frame_events(frame) if isinstance(quote, Quote)] == [
        ("DATAFRAME", 1.5),
        ("DATAFRAME", 2.5),
    ]


def test_the_frame_is_left_as_it_was() -> None:
    before = BARS.copy()
    run(price_updates, BARS)
    pd.testing.assert_frame_equal(BARS, before)


@pytest.mark.parametrize(
    ("frame", "problem"),
    [
        (pd.DataFrame(), "DataFrame: is empty"),
        (pd.DataFrame({"price": [1.0]}), "DataFrame: has no time column .*; found: index, price"),
        (BARS.rename(columns={"High": "Top", "Close": "End"}), "DataFrame: has no prices"),
        (BARS.assign(High=[3.0, -1.0]), "DataFrame, row 1, column 'High': '-1.0' is negative"),
    ],
)
def test_a_frame_that_does_not_fit_is_told_by_row_and_column(frame: pd.DataFrame, problem: str) -> None:
    with pytest.raises(DataFileError, match=problem):
        run(price_updates, frame)


@handler(on=Quote, key="symbol", topic="own")
def stopped(quote: Quote, seen: int | None) -> tuple[int, list[dict[str, object]]]:
    """Have the stop button pressed at a price of 0."""
    if quote.last == 0:
        raise KeyboardInterrupt
    return (seen or 0) + 1, [{"last": quote.last}]


def test_the_stop_button_gives_the_run_so_far() -> None:
    done = run(stopped, [Quote("A", last=last) for last in (1.0, 2.0, 0.0, 3.0)])
    assert repr(done) == "<Run stopped: 3 events -> 2 messages, interrupted>"
    assert (done.interrupted, done.state, [message["last"] for message in done.messages]) == (True, {"A": 2}, [1, 2])
    assert not run(stopped, [Quote("A", last=1.0)]).interrupted


def test_a_cell_shows_the_last_messages_and_errors() -> None:
    html = run(counted, [Quote("A", last=1.0)] * 12 + [Quote("A", last=0.0)])._repr_html_()
    assert html.startswith("<p>&lt;Run counted: 13 events -&gt; 12 messages, 1 failed&gt;</p><table")
    assert html.endswith("</table><ul><li>ZeroDivisionError: no price</li></ul>")
    assert (html.count("<td>A</td>"), "<td>3</td>" in html, "<td>2</td>" in html) == (10, True, False)


def test_a_long_message_is_shown_in_full() -> None:
    @handler(on=Quote, topic="words")
    def wordy(quote: Quote) -> list[Any]:
        return [{"text": LONG}]

    assert f"<td>{LONG}</td>" in run(wordy, QUOTES[:1])._repr_html_()


def test_all_failures_are_counted_though_the_newest_are_kept() -> None:
    done = run(counted, [Quote("A", last=0.0)] * (DEAD_LETTERS + 2))
    assert (done.failed, len(done.dead_letters)) == (DEAD_LETTERS + 2, DEAD_LETTERS)


def test_a_file_stands_for_its_events() -> None:
    assert run(price_updates, "sample").events == 24_308
    with pytest.raises(DataFileError, match="there is no such file"):
        run(price_updates, "nowhere.csv")


@pytest.mark.parametrize("events", [5, QUOTES[0], None])
def test_what_holds_no_events_is_refused(events: Any) -> None:
    with pytest.raises(UserError, match="^run takes a list of events, a DataFrame or a file, not "):
        run(price_updates, events)


def test_what_is_no_event_is_refused_and_so_is_a_state_without_keys() -> None:
    with pytest.raises(UserError, match="^run takes events, and 'AAPL' is none$"):
        run(price_updates, [*QUOTES, "AAPL"])  # type: ignore[list-item]
    with pytest.raises(UserError, match="^run takes a state for each key, such as {'AAPL': 5}, not 5 itself$"):
        run(price_updates, QUOTES, 5)  # type: ignore[arg-type]
