"""A handler run apart: on states of its own, and heard by nobody."""

from __future__ import annotations

import itertools
import sys
from collections import deque
from threading import Event, Lock, Thread
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.hosted import broken_count, count
from tests.patience import PATIENCE
from tradestream_nb import PriceUpdate, Quote, Timer, handler
from tradestream_nb.contract import Handler
from tradestream_nb.slot import Slot
from tradestream_nb.trial import Outcome, Trial, copied, encoded, overheard

A = Quote("A", last=1.0)
MIXED = {1, "a"}


def trial(function: Handler) -> Trial:
    slot = Slot(function)
    return Trial(slot.spec, slot.call())


@handler(on=Quote, key="symbol", topic="kept")
def keeping(quote: Quote, state: list[float] | None) -> tuple[list[float], list[Any]]:
    """Change its state in place."""
    kept = [] if state is None else state
    kept.append(1.0)
    return kept, [{"n": len(kept)}]


@handler(on=Quote, topic="plain")
def plain(quote: Quote) -> list[Any]:
    """Say the symbol, and leave at a price of 0."""
    return [{"symbol": quote.symbol}] if quote.last else sys.exit("bye")


@handler(on=Quote, key="symbol", topic="wrong")
def wrong(quote: Quote, state: int | None) -> Any:
    """Return something else than state and messages."""
    return 5


def test_each_key_goes_its_own_way_from_where_it_began() -> None:
    counting = trial(count)
    counting.begin("A", 5)
    said = [counting.take(A, key).messages[0]["n"] for key in "AABA"]
    assert said == [6, 7, 1, 8]


def test_a_key_begins_once_and_from_a_copy() -> None:
    state, apart = [1.0], trial(keeping)
    apart.begin("A", state)
    apart.take(A, "A")
    apart.begin("A", [])
    assert apart.take(A, "A") == Outcome([{"n": 3}])
    assert state == [1.0]


def test_a_state_that_has_no_copy_is_none() -> None:
    apart = trial(keeping)
    apart.begin("A", [Lock()])
    assert apart.take(A, "A") == Outcome([{"n": 1}])


def test_what_it_does_not_take_means_nothing_to_it() -> None:
    counting = trial(count)
    assert counting.take(Timer("A"), "A") == Outcome([])
    assert counting.take(A, "A").messages[0]["n"] == 1


def test_a_failure_is_told_with_its_line_and_the_state_before_it_stays() -> None:
    counting = trial(broken_count())
    counting.begin("A", 5)
    messages, error = counting.take(A, "A")
    assert messages == [] and error.startswith("ZeroDivisionError: integer division or modulo by zero (line ")
    assert counting._states == {"A": 5}


def test_a_handler_that_leaves_ends_nothing() -> None:
    apart = trial(plain)
    messages, error = apart.take(Quote("A", last=0.0), None)
    assert messages == [] and error.startswith("SystemExit: bye (line ")
    assert apart.take(A, None) == Outcome([{"symbol": "A"}])


def test_what_breaks_the_contract_is_a_failure() -> None:
    assert trial(wrong).take(A, "A") == Outcome([], "ContractViolation: 'wrong' did not return (state, messages)")


@pytest.mark.parametrize("state", [None, 5, "text", (1, (2, 3)), frozenset("ab"), A])
def test_what_cannot_change_is_its_own_copy(state: Any) -> None:
    assert copied(state) is state


@pytest.mark.parametrize("state", [[[1]], {0: [1]}, ([1], 2)])
def test_a_copy_shares_nothing_that_can_change(state: Any) -> None:
    copy = copied(state)
    assert copy == state and copy is not state and copy[0] is not state[0]


@pytest.mark.parametrize(
    ("value", "same", "other"),
    [
        (float("nan"), float("nan"), 0.0),
        ({"a": [1, None]}, {"a": [1, None]}, {"a": [1, 0]}),
        (PriceUpdate("A", 1.0), PriceUpdate("A", 1.0), PriceUpdate("A", 2.0)),
        (np.array([1.0, np.nan]), [1.0, np.nan], [1.0, 1.0]),
        (np.float64(1.5), 1.5, 2.5),
        (deque([3]), [3], [4]),
        (1j, 1j, 2j),
        ({8, 0}, {0, 8}, {1, 8}),
        (pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1, 3]})),
        (pd.Series([1, 2]), pd.Series([1, 2]), pd.Series([1, 2], index=[1, 2])),
        (itertools.count(3), itertools.count(3), itertools.count(4)),
        ({"a": 1, "b": {8, 0}}, {"b": {0, 8}, "a": 1}, {"a": 1, "b": {8}}),
        ({1: "a", (2, 3): None}, {1: "a", (2, 3): None}, {1: "a"}),
        (MIXED, MIXED, {1, "b"}),
    ],
)
def test_data_is_the_same_when_its_bytes_are(value: Any, same: Any, other: Any) -> None:
    assert encoded(value) == encoded(same) != encoded(other)


def test_what_is_printed_is_kept_from_the_notebook_and_said_to_have_been(capsys: pytest.CaptureFixture[str]) -> None:
    with overheard() as silent:
        pass
    with overheard() as ear, overheard() as inner:
        print("psst")  # noqa: T201
    assert (silent.heard, ear.heard, inner.heard) == (False, False, True)
    print("aloud")  # noqa: T201
    assert capsys.readouterr().out == "aloud\n"


def test_other_threads_print_where_they_did(capsys: pytest.CaptureFixture[str]) -> None:
    with overheard() as ear:
        thread = Thread(target=sys.stdout.write, args=["elsewhere"])
        thread.start()
        thread.join()
    assert (capsys.readouterr().out, ear.heard) == ("elsewhere", False)


def test_stdout_is_as_it_was_after_a_failure() -> None:
    out = sys.stdout
    with pytest.raises(ZeroDivisionError), overheard():
        1 // 0  # noqa: B018
    assert sys.stdout is out


def test_two_threads_that_try_handlers_at_once_leave_stdout_as_it_was() -> None:
    out, inside, over = sys.stdout, Event(), Event()

    def trying() -> None:
        with overheard():
            inside.set()
            over.wait(PATIENCE)

    thread = Thread(target=trying)
    with overheard():
        thread.start()
        # It has to stay outside; no more can be done than to give it the time to come in.
        inside.wait(0.05)
    over.set()
    thread.join()
    assert sys.stdout is out
