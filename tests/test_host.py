"""Handlers over events: state by key, errors apart, code and parameters changed on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts import SYMBOLS, quotes
from tests.hosted import Recorder, count, numbers, picky, ticking
from tradestream_nb import Bar, Fill, PriceUpdate, Quote, Timer, handler
from tradestream_nb.clock import SECOND
from tradestream_nb.contract import Handler, spec_of
from tradestream_nb.host import DEAD_LETTERS
from tradestream_nb.hub import Hub
from tradestream_nb.pipeline import Pipeline


def test_an_event_goes_to_every_handler_on_its_type_in_their_order() -> None:
    @handler(on=Quote | Bar, topic="both")
    def both(event: Any) -> list[Any]:
        return [{"both": event.symbol}]

    recorder = Recorder(count, both)
    recorder.feed(Quote("AAPL", ts=5), Bar("IBM", 1, 1, 1, 1, ts=6), Fill("1", "A", "BUY", 1, 1))
    assert recorder.emitted == [
        ("counts", {"symbol": "AAPL", "n": 1}, 5),
        ("both", {"both": "AAPL"}, 5),
        ("both", {"both": "IBM"}, 6),
    ]


def test_state_is_kept_for_each_key() -> None:
    recorder = Recorder(count).feed(Quote("A"), Quote("B"), Quote("A"), Quote("A"))
    assert numbers(recorder) == [1, 1, 2, 3]
    assert recorder.host.state("count") == {"A": 3, "B": 1}


def test_without_a_key_there_is_one_state_for_all() -> None:
    @handler(on=Quote, topic="all")
    def total(quote: Quote, state: int | None) -> tuple[int, list[Any]]:
        return (state or 0) + 1, []

    assert Recorder(total).feed(Quote("A"), Quote("B")).host.state("total") == {None: 2}


def test_returning_none_forgets_the_key() -> None:
    @handler(on=Quote, key="symbol", topic="t")
    def toggle(quote: Quote, state: bool | None) -> tuple[bool | None, list[Any]]:
        return (None if state else True), []

    recorder = Recorder(toggle).feed(Quote("A"), Quote("B"), Quote("A"))
    assert recorder.host.state("toggle") == {"B": True}


def test_a_copy_of_the_state_changes_nothing_and_restored_state_is_gone_on_from() -> None:
    recorder = Recorder(count).feed(Quote("A"))
    saved = recorder.host.state("count")
    recorder.feed(Quote("A"), Quote("B"))
    assert saved == {"A": 1}
    recorder.host.restore("count", saved)
    assert numbers(recorder.feed(Quote("A"), Quote("B")))[-2:] == [2, 1]


def test_an_exception_leaves_the_state_and_the_other_handlers_alone() -> None:
    recorder = Recorder(picky, count).feed(Quote("A", 1.0), Quote("A", 13.0), Quote("A", 1.0))
    assert recorder.host.state("picky") == {"A": 2}
    assert numbers(recorder) == [1, 2, 3]
    assert recorder.host.errors == {"picky": 1, "count": 0}


def test_a_dead_letter_says_what_failed_on_what_and_where() -> None:
    event = Quote("A", 13.0, ts=7)
    [letter] = Recorder(picky).feed(event).host.dead_letters
    assert (letter.handler, letter.key, letter.event) == ("picky", "A", event)
    assert letter.version == spec_of(picky).version
    assert letter.error == "ValueError: unlucky"
    assert 'raise ValueError("unlucky")' in letter.traceback and spec_of(picky).file in letter.traceback
    assert "steps.py" not in letter.traceback


def test_dead_letters_make_room_for_newer_ones_but_all_are_counted() -> None:
    bad = Quote("A", 13.0)
    recorder = Recorder(picky).feed(*[bad] * (DEAD_LETTERS + 5))
    assert len(recorder.host.dead_letters) == DEAD_LETTERS
    assert recorder.host.errors == {"picky": DEAD_LETTERS + 5}


GOOD = PriceUpdate("A", 1.0)


@pytest.mark.parametrize(
    ("returned", "problem"),
    [
        (None, "did not return (state, messages)"),
        ([GOOD], "did not return (state, messages)"),
        (5, "did not return (state, messages)"),
        ((1, [], 2), "did not return (state, messages)"),
        ((1, GOOD), "takes a list of messages, not"),
        ((1, "text"), "takes a list of messages, not"),
        ((1, [GOOD, 5]), "takes a Message or a dict, not"),
        ((1, [Quote("A")]), "takes a Message or a dict, not"),
    ],
)
def test_what_does_not_fit_the_contract_is_a_dead_letter_and_does_not_leave(returned: Any, problem: str) -> None:
    @handler(on=Quote, key="symbol", topic="t")
    def wrong(quote: Quote, state: Any) -> Any:
        return returned

    pipeline = published(wrong)
    pipeline.put(Quote("A"))
    [letter] = pipeline.host.dead_letters
    assert letter.error.startswith("ContractViolation: ") and problem in letter.error
    assert pipeline.host.state("wrong") == {} and pipeline.hub.messages("t") == []


@pytest.mark.parametrize("returned", [5, GOOD, "text", [5], (GOOD, None)])
def test_a_stateless_handler_returns_messages_only(returned: Any) -> None:
    @handler(on=Quote, topic="t")
    def wrong(quote: Quote) -> Any:
        return returned

    pipeline = published(wrong)
    pipeline.put(Quote("A"))
    assert pipeline.host.dead_letters[0].error.startswith("ContractViolation: ")
    assert pipeline.hub.messages("t") == []


def published(function: Handler) -> Pipeline:
    """The handler with a hub behind it, which is who looks at the messages."""
    return Pipeline([function], Hub())


@pytest.mark.parametrize("returned", [None, [], ()])
def test_nothing_to_say_is_no_error(returned: Any) -> None:
    @handler(on=Quote, topic="t")
    def silent(quote: Quote) -> Any:
        return returned

    assert not Recorder(silent).feed(Quote("A")).host.dead_letters


def quote_at(second: float, symbol: str = "A") -> Quote:
    return Quote(symbol, ts=round(second * SECOND))


def test_a_timer_fires_for_each_key_that_holds_state() -> None:
    recorder = Recorder(ticking).feed(quote_at(1, "A"), quote_at(2, "B"), quote_at(7, "C"))
    assert [(message["symbol"], message["at"]) for message in recorder.messages] == [
        ("A", 3 * SECOND),
        ("B", 3 * SECOND),
        ("A", 6 * SECOND),
        ("B", 6 * SECOND),
    ]


def test_a_timer_without_a_key_fires_once_also_before_there_is_state() -> None:
    @handler(on=Timer, topic="t", every=3)
    def alone(timer: Timer, state: int | None) -> tuple[int, list[Any]]:
        return (state or 0) + 1, [{"n": (state or 0) + 1}]

    recorder = Recorder(alone).feed(quote_at(1))
    recorder.host.advance(7 * SECOND)
    assert [(message["n"], ts) for _, message, ts in recorder.emitted] == [(1, 3 * SECOND), (2, 6 * SECOND)]


def test_a_timer_may_forget_its_key_while_others_wait_for_theirs() -> None:
    @handler(on=Quote | Timer, key="symbol", topic="t", every=3)
    def brief(event: Any, state: int | None) -> tuple[int | None, list[Any]]:
        return (None if isinstance(event, Timer) else 1), []

    recorder = Recorder(brief).feed(quote_at(1, "A"), quote_at(1, "B"), quote_at(4, "C"))
    assert recorder.host.state("brief") == {"C": 1}


def test_a_failing_timer_is_a_dead_letter_of_its_key() -> None:
    @handler(on=Quote | Timer, key="symbol", topic="t", every=3)
    def late(event: Any, state: int | None) -> tuple[int, list[Any]]:
        if isinstance(event, Timer):
            raise RuntimeError("too late")
        return 1, []

    [letter] = Recorder(late).feed(quote_at(1), quote_at(4)).host.dead_letters
    assert (letter.key, letter.event) == ("A", Timer("late", 3 * SECOND))


@given(st.lists(quotes, max_size=30))
def test_the_same_events_give_the_same_messages_one_by_one_or_all_at_once(events: list[Quote]) -> None:
    handlers: list[Callable[..., Any]] = [ticking, count, picky]
    one, other = Recorder(*handlers).feed(*events), Recorder(*handlers)
    other.host.process_all(events)
    assert one.emitted == other.emitted
    assert one.emitted == Recorder(*handlers).feed(*events).emitted


@given(st.lists(quotes, max_size=40), st.frozensets(st.sampled_from(SYMBOLS)))
def test_two_hosts_that_share_the_keys_say_together_what_one_says(events: list[Quote], first: frozenset[str]) -> None:
    whole = Recorder(count, picky).feed(*events)
    halves = Recorder(count, picky), Recorder(count, picky)
    for event in events:
        halves[event.symbol in first].feed(event)
    for symbol in SYMBOLS:
        of_one = [message for message in whole.messages if message["symbol"] == symbol]
        of_two = [message for half in halves for message in half.messages if message["symbol"] == symbol]
        assert of_one == of_two
    assert whole.host.state("picky") == halves[0].host.state("picky") | halves[1].host.state("picky")


def test_a_handler_that_exits_ends_nothing_but_its_event() -> None:
    @handler(on=Quote, key="symbol", topic="t")
    def leaving(quote: Quote, state: int | None) -> tuple[int, list[Any]]:
        if quote.last is None:
            raise SystemExit(3)
        return (state or 0) + 1, []

    recorder = Recorder(leaving).feed(Quote("A", last=1.0), Quote("A"), Quote("A", last=1.0))
    assert recorder.host.state("leaving") == {"A": 2}
    assert [letter.error for letter in recorder.host.dead_letters] == ["SystemExit: 3"]
