"""A handler beside the live one: what it says is kept, and nothing of it is heard."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts import quotes
from tests.hosted import Recorder, broken_count, count, count_by, numbers
from tradestream_nb import Quote, handler
from tradestream_nb.contract import Handler
from tradestream_nb.errors import UserError
from tradestream_nb.shadow import ROWS, Row


def test_it_starts_from_a_copy_of_the_state_and_goes_its_own_way() -> None:
    recorder = Recorder(count).feed(Quote("A"), Quote("A"))
    shadow = recorder.host.shadow(count_by(10))
    recorder.feed(Quote("A", ts=5), Quote("A"), Quote("B"))
    assert [[row.shadow[0]["n"], row.live[0]["n"]] for row in shadow.rows] == [[12, 3], [22, 4], [10, 1]]
    assert (shadow.rows[0].ts, shadow.rows[0].key, shadow.rows[0].error) == (5, "A", "")
    assert numbers(recorder) == [1, 2, 3, 4, 1] and recorder.host.state("count") == {"A": 4, "B": 1}


@given(st.lists(quotes, max_size=20), st.integers(0, 20))
def test_the_same_code_beside_itself_says_the_same_from_wherever_it_starts(events: list[Quote], place: int) -> None:
    recorder = Recorder(count).feed(*events[:place])
    shadow = recorder.host.shadow(count)
    recorder.feed(*events[place:])
    assert len(shadow.rows) == len(events[place:]) and shadow.differences == []
    assert recorder.emitted == Recorder(count).feed(*events).emitted


def test_its_errors_are_its_own() -> None:
    recorder = Recorder(count)
    shadow = recorder.host.shadow(broken_count())
    assert numbers(recorder.feed(*[Quote("A")] * 5)) == [1, 2, 3, 4, 5]
    assert not recorder.host.dead_letters and not recorder.host.notices
    assert len(shadow.differences) == 5
    assert shadow.rows[0].error.startswith("ZeroDivisionError: integer division or modulo by zero (line ")


def test_it_cannot_change_the_live_state() -> None:
    @handler(on=Quote, key="symbol", topic="t")
    def listed(quote: Quote, state: list[str] | None, *, more: int = 0) -> tuple[list[str], list[Any]]:
        kept = state or ["first"]
        kept.extend([quote.symbol] * more)
        return kept, [{"n": len(kept)}]

    recorder = Recorder(listed).feed(Quote("A"))
    recorder.host.configure("listed", {"more": 1})
    shadow = recorder.host.shadow(listed)
    recorder.host.configure("listed", {"more": 0})
    recorder.feed(Quote("A"), Quote("A"))
    assert recorder.host.state("listed") == {"A": ["first"]}
    assert [row.shadow for row in shadow.rows] == [[{"n": 2}], [{"n": 3}]]


def test_a_state_that_has_no_copy_stops_nobody() -> None:
    def locked(quote: Quote, state: Any) -> tuple[Any, list[Any]]:
        return state or threading.Lock(), [{"known": state is not None}]

    function = handler(on=Quote, key="symbol", topic="t")(locked)
    recorder = Recorder(function).feed(Quote("A"))
    shadow = recorder.host.shadow(function)
    assert recorder.feed(Quote("A")).messages == [{"known": False}, {"known": True}]
    assert shadow.rows[0].shadow == [{"known": False}]


def test_it_has_the_parameters_that_are_set_on_the_live_one() -> None:
    recorder = Recorder(count)
    recorder.host.configure("count", {"step": 7})
    shadow = recorder.host.shadow(count)
    recorder.feed(Quote("A"))
    assert shadow.rows[0].shadow == shadow.rows[0].live == [{"symbol": "A", "n": 7}]


def test_stopped_it_keeps_what_it_has() -> None:
    recorder = Recorder(count)
    shadow = recorder.host.shadow(count_by(2))
    recorder.feed(Quote("A"))
    shadow.stop()
    shadow.stop()
    recorder.feed(Quote("A"))
    assert len(shadow.rows) == 1


def test_another_one_takes_its_place_and_a_swap_leaves_it_there() -> None:
    recorder = Recorder(count)
    first, second = recorder.host.shadow(count_by(2)), recorder.host.shadow(count_by(3))
    first.stop()
    recorder.host.swap(count_by(3))
    recorder.feed(Quote("A"))
    assert (len(first.rows), len(second.rows), second.differences) == (0, 1, [])


def test_only_the_newest_rows_are_kept() -> None:
    recorder = Recorder(count)
    shadow = recorder.host.shadow(count)
    recorder.feed(*[Quote("A", ts=n) for n in range(ROWS + 5)])
    assert (len(shadow.rows), shadow.rows[0].ts) == (ROWS, 5)


def test_its_table_has_a_row_for_each_event_and_columns_without_any() -> None:
    recorder = Recorder(count)
    shadow = recorder.host.shadow(count_by(2))
    columns = ["time", "key", "live", "shadow", "error"]
    assert list(shadow.df) == columns and len(shadow.df) == 0
    recorder.feed(Quote("A", ts=1_000_000))
    assert list(shadow.df) == columns
    assert str(shadow.df["time"][0]) == "1970-01-01 00:00:01+00:00"
    assert shadow.df["shadow"][0] == [{"symbol": "A", "n": 2}]


def test_a_number_that_is_none_is_no_difference_to_itself() -> None:
    nan = float("nan")
    assert not Row(0, "A", [{"x": nan}], [{"x": nan}], "").differs
    assert Row(0, "A", [{"x": nan}], [{"x": 1.0}], "").differs
    assert Row(0, "A", [], [], "ValueError").differs


def test_there_is_no_shadow_of_nothing_or_by_another_key() -> None:
    host = Recorder(count).host
    with pytest.raises(UserError, match="there is no handler 'nobody'; there are count"):
        host.shadow(renamed("nobody", "symbol"))
    with pytest.raises(UserError, match="handler 'count' is keyed by 'symbol'; its shadow has to be, too"):
        host.shadow(renamed("count", None))


def renamed(name: str, key: str | None) -> Handler:
    def function(quote: Quote) -> list[Any]:
        return []

    function.__name__ = name
    return handler(on=Quote, key=key, topic="counts")(function)
