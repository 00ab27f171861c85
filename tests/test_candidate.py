"""New code on trial: what speaks against it, what would differ, and letting it in."""

from __future__ import annotations

import itertools
import sys
from threading import Thread
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts import quotes
from tests.hosted import Recorder, broken_count, count, count_by, numbers
from tradestream_nb import Bar, PriceUpdate, Quote, handler
from tradestream_nb.candidate import PURITY_CHECKS, propose
from tradestream_nb.contract import Handler, spec_of
from tradestream_nb.errors import HandlerDefinitionError, UserError
from tradestream_nb.proposal import SHOWN

A = Quote("A", last=1.0, ts=1_000_000)


def renamed(function: Any, name: str = "count", **options: Any) -> Handler:
    function.__name__ = name
    marked: Handler = handler(**{"on": Quote, "key": "symbol", "topic": "counts", **options})(function)
    return marked


def fed(*events: Quote, record: int = 200) -> Recorder:
    return Recorder(count, record=record).feed(*events)


def test_what_would_differ_is_told_and_forbids_nothing() -> None:
    recorder = fed(A, A)
    proposal = propose(recorder.host, count_by(10))
    assert (proposal.handler, proposal.ok, proposal.problems, proposal.compared) == ("count", True, [], 2)
    assert (proposal.old_version, proposal.new_version) == (spec_of(count).version, spec_of(count_by(10)).version)
    frame = proposal.differences
    assert list(frame) == ["time", "key", "old", "new"]
    assert [(o[0]["n"], n[0]["n"]) for o, n in zip(frame["old"], frame["new"], strict=True)] == [(1, 10), (2, 20)]
    assert repr(proposal).endswith(": 2 of the last 2 events would differ>")


def test_nothing_has_changed_until_it_is_applied() -> None:
    recorder = fed(A, A)
    proposal = propose(recorder.host, count_by(10))
    assert numbers(recorder.feed(A)) == [1, 2, 3]
    proposal.apply()
    assert numbers(recorder.feed(A))[-1] == 13


@given(st.lists(quotes, max_size=30), st.integers(1, 20))
def test_the_same_code_never_differs_from_itself(events: list[Quote], record: int) -> None:
    recorder = fed(*events, record=record)
    proposal = propose(recorder.host, count)
    assert proposal.ok and len(proposal.differences) == 0
    assert proposal.compared == min(len(events), record)


@given(st.lists(quotes, max_size=30), st.integers(1, 20))
def test_a_run_on_the_recorded_events_says_again_what_was_said(events: list[Quote], record: int) -> None:
    recorder = fed(*events, record=record)
    proposal = propose(recorder.host, count_by(0))
    old = [message["n"] for messages in proposal.differences["old"] for message in messages]
    assert old == numbers(recorder)[-record:]


def test_without_recorded_events_there_is_nothing_to_compare_on() -> None:
    proposal = propose(fed(A, record=0).host, count_by(10))
    assert (proposal.ok, proposal.compared) == (True, 0)
    assert "no events recorded yet" in repr(proposal)


def test_it_has_the_parameters_that_are_set() -> None:
    recorder = fed()
    recorder.host.configure("count", {"step": 5})
    recorder.feed(A)
    assert len(propose(recorder.host, count).differences) == 0


def test_a_new_handler_has_nothing_to_be_compared_with() -> None:
    def other(quote: Quote) -> list[Any]:
        return [{"symbol": quote.symbol}]

    recorder = fed(A)
    proposal = propose(recorder.host, handler(on=Quote, topic="others")(other))
    assert (proposal.ok, proposal.old_version) == (True, None)
    assert "a new handler" in repr(proposal)
    proposal.apply()
    assert recorder.feed(A).messages[-1] == {"symbol": "A"}


def no_state(quote: Quote) -> list[Any]:
    return []


def other_key(bar: Bar, state: Any) -> Any:
    return state, []


@pytest.mark.parametrize(
    ("function", "options", "problem"),
    [
        (other_key, {"topic": "elsewhere"}, "goes to topic 'elsewhere', and those who read 'counts' would hear"),
        (other_key, {"key": "ts"}, "is keyed by 'ts', and the state that it would take over by 'symbol'"),
        (no_state, {}, "takes no state, and that of 1 keys would be lost"),
        (no_state, {"name": "another"}, "has the same topic as the one at "),
    ],
)
def test_a_contract_that_does_not_fit_is_a_problem(function: Any, options: dict[str, Any], problem: str) -> None:
    recorder = fed(A)
    proposal = propose(recorder.host, renamed(function, **options))
    assert len(proposal.problems) == 1 and problem in proposal.problems[0]
    with pytest.raises(HandlerDefinitionError, match="handler '(count|another)' ") as caught:
        proposal.apply()
    assert str(caught.value).startswith(f"{__file__}:") and numbers(recorder.feed(A)) == [1, 2]


def test_the_key_and_the_state_may_change_while_there_is_none() -> None:
    assert propose(fed().host, renamed(no_state, key=None)).ok


def test_other_events_may_be_taken() -> None:
    proposal = propose(fed(A).host, renamed(other_key, on=Bar))
    assert proposal.ok and len(proposal.differences) == 1


counted = itertools.count()


def impure(quote: Quote, state: int | None) -> Any:
    return 1, [{"n": next(counted)}]


def state_changer(quote: Quote, state: list[int] | None) -> Any:
    kept = [] if state is None else state
    kept.append(1)
    return kept, []


def event_changer(quote: Quote, state: Any) -> Any:
    msgspec.structs.force_setattr(quote, "last", (quote.last or 0.0) + 1.0)
    return 1, []


def printer(quote: Quote, state: Any) -> Any:
    sys.stdout.write(quote.symbol)
    return 1, []


def seen_by_minute(quote: Quote, state: dict[int, frozenset[str]] | None) -> Any:
    before = state or {}
    seen = before.get(0, frozenset()) | {f"{quote.last}", "more", "and more"}
    return {**before, 0: seen}, [{"seen": {*seen}, None: 1}]


def test_sets_and_keys_that_have_no_order_are_no_impurity() -> None:
    recorder = Recorder(renamed(seen_by_minute), record=200)
    recorder.feed(*(Quote("A", last=float(price), ts=price) for price in range(1, 50)))
    assert propose(recorder.host, renamed(seen_by_minute)).problems == []


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (impure, "gives something else when called twice on the same"),
        (state_changer, "changes its state in place"),
        (event_changer, "changes its event"),
        (printer, "prints; a handler only returns"),
    ],
)
def test_what_is_not_pure_is_a_problem(function: Any, problem: str) -> None:
    def listed(quote: Quote, state: list[int] | None) -> Any:
        return [*(state or []), 1], []

    recorder = Recorder(renamed(listed), record=200).feed(A, A)
    proposal = propose(recorder.host, renamed(function))
    assert len(proposal.problems) == 1 and proposal.problems[0].startswith(problem)
    assert recorder.host.state("count") == {"A": [1, 1]}


def test_what_is_only_tried_prints_nothing_but_other_threads_may(capsys: pytest.CaptureFixture[str]) -> None:
    def printing_elsewhere(quote: Quote, state: Any) -> Any:
        thread = Thread(target=sys.stdout.write, args=["elsewhere "])
        thread.start()
        thread.join()
        return printer(quote, state)

    recorder = Recorder(renamed(printer), record=1).feed(A)
    assert capsys.readouterr().out == "A"
    assert not propose(recorder.host, renamed(printing_elsewhere)).ok
    assert set(capsys.readouterr().out.split()) == {"elsewhere"}


def test_only_the_newest_events_are_taken_twice() -> None:
    calls = itertools.count()

    def counting(quote: Quote, state: int | None) -> Any:
        next(calls)
        return 1, []

    propose(fed(*[A] * 50).host, renamed(counting))
    assert next(calls) == 50 + 2 * PURITY_CHECKS


def test_code_that_fails_where_the_running_one_does_not_is_a_problem_with_its_line() -> None:
    proposal = propose(fed(A, A).host, broken_count())
    (problem,) = proposal.problems
    assert problem.startswith("fails where the running one does not, on 2 of the last 2 events: ZeroDivisionError: ")
    assert problem.endswith(f"(line {spec_of(broken_count()).line + 1})")


def test_code_that_fails_where_the_running_one_does_too_is_none() -> None:
    recorder = Recorder(broken_count(), record=200).feed(A)
    assert propose(recorder.host, broken_count()).ok


def test_it_is_applied_once_and_only_over_the_code_it_was_compared_with() -> None:
    recorder = fed(A)
    first, second = propose(recorder.host, count_by(10)), propose(recorder.host, count_by(20))
    second.apply()
    for late in (first, second):
        with pytest.raises(UserError, match="count has been swapped since this was proposed; propose it again"):
            late.apply()
    assert numbers(recorder.feed(A)) == [1, 21]


def test_one_of_another_name_is_compared_with_the_code_that_it_is_to_replace_and_takes_its_place() -> None:
    recorder = fed(A, A)
    recorder.host.configure("count", {"step": 5})
    proposal = propose(recorder.host, renamed(count_by(10), "tally"), instead_of="count")
    assert (proposal.ok, proposal.handler, proposal.old_name, proposal.compared) == (True, "tally", "count", 2)
    assert len(proposal.differences) == 2 and list(recorder.host.specs) == ["count"]
    proposal.apply()
    assert list(recorder.host.specs) == ["tally"] and numbers(recorder.feed(A)) == [1, 2, 12]


@pytest.mark.parametrize(
    ("function", "options", "problem"),
    [
        (other_key, {"topic": "elsewhere"}, "goes to topic 'elsewhere', and those who read 'counts' would hear"),
        (other_key, {"key": "ts"}, "is keyed by 'ts', and the state that it would take over by 'symbol'"),
        (no_state, {}, "takes no state, and that of 1 keys would be lost"),
        (printer, {}, "prints; a handler only returns"),
        (broken_count(), {}, "fails where the running one does not"),
    ],
)
def test_one_of_another_name_has_to_fit_as_any_other(function: Any, options: dict[str, Any], problem: str) -> None:
    recorder = fed(A)
    proposal = propose(recorder.host, renamed(function, "tally", **options), instead_of="count")
    assert len(proposal.problems) == 1 and proposal.problems[0].startswith(problem)
    with pytest.raises(HandlerDefinitionError):
        proposal.apply()
    assert list(recorder.host.specs) == ["count"] and numbers(recorder.feed(A)) == [1, 2]


def test_one_of_another_name_is_not_applied_when_somebody_has_that_name_meanwhile() -> None:
    recorder = fed(A)
    proposal = propose(recorder.host, renamed(count_by(10), "tally"), instead_of="count")
    recorder.host.swap(renamed(no_state, "tally", topic="others", key=None))
    with pytest.raises(UserError, match="there is a handler 'tally' already; 'count' cannot be called so, too"):
        proposal.apply()
    assert numbers(recorder.feed(A)) == [1, 2]


def test_who_takes_a_topic_of_another_is_told_both_ways_out() -> None:
    (problem,) = propose(fed().host, renamed(no_state, "another")).problems
    assert problem.endswith("; call it 'count' to take that one's place, or give it a topic of its own")


def test_a_notebook_sees_only_the_fields_that_would_differ() -> None:
    def priced(price: float, volume: float) -> Handler:
        def prices(quote: Quote) -> list[PriceUpdate]:
            return [PriceUpdate("<A>", price, volume=volume)]

        return handler(on=Quote, topic="p")(prices)

    recorder = Recorder(priced(1.5, 3.0), record=200).feed(*[A] * (SHOWN + 5))
    html = propose(recorder.host, priced(2.5, 3.0))._repr_html_()
    assert html.count("{&#x27;price&#x27;: 2.5}") + html.count("{'price': 2.5}") == SHOWN
    assert "volume" not in html and f"{SHOWN + 5} of the last {SHOWN + 5} events would differ" in html
    assert "no difference in the last 15 events" in propose(recorder.host, priced(1.5, 3.0))._repr_html_()


def test_a_notebook_sees_the_problems_and_where_it_fails() -> None:
    html = propose(fed(A).host, broken_count())._repr_html_()
    assert "<li>fails where the running one does not" in html and "<td>ZeroDivisionError" in html
