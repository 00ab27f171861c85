"""Events through hub, host and reactors: one order, and the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts import START, event_lists
from tradestream_nb import Bar, Fill, Quote, Signal, Timer, handler
from tradestream_nb.clock import SECOND
from tradestream_nb.contract import Handler
from tradestream_nb.events import Event
from tradestream_nb.frames import LEGACY, V1
from tradestream_nb.hub import Hub
from tradestream_nb.loading import load_folder, standard_folder
from tradestream_nb.pipeline import Pipeline, Reaction
from tradestream_nb.sim.account import PaperAccount

HANDLERS = load_folder(standard_folder())


@handler(on=Quote | Signal, topic="seen")
def seen(event: Quote | Signal) -> list[dict[str, Any]]:
    return [{"symbol": event.symbol, "kind": type(event).__name__}]


class Follow:
    """A reactor that answers some facts and remembers all."""

    def __init__(self, **answers: list[Event]) -> None:
        self.answers, self.facts = answers, list[Any]()

    def __call__(self, fact: Any) -> Iterable[Event] | None:
        self.facts.append(fact)
        return self.answers.get(fact.symbol) if isinstance(fact, Quote) else None


def symbols(pipeline: Pipeline) -> list[str]:
    return [message["symbol"] for message in pipeline.hub.messages("seen")]


def test_a_topic_of_the_users_own_is_added_to_the_hub() -> None:
    pipeline = Pipeline([seen], Hub())
    pipeline.put(Quote("A"))
    assert symbols(pipeline) == ["A"]


def test_what_follows_from_an_event_queues_up_behind_it() -> None:
    follow = Follow(A=[Quote("B"), Quote("C")], B=[Quote("D")])
    pipeline = Pipeline([seen], Hub(), [Reaction(follow)])
    pipeline.put(Quote("A"))
    pipeline.put(Quote("E"))
    assert symbols(pipeline) == ["A", "B", "C", "D", "E"]
    assert pipeline.events == 5


def test_reactors_see_the_messages_of_an_event_and_then_the_event() -> None:
    follow = Follow()
    Pipeline([seen], Hub(), [Reaction(follow)]).put(Quote("A"))
    assert follow.facts == [{"symbol": "A", "kind": "Quote"}, Quote("A")]


def test_every_reactor_is_asked_in_its_order() -> None:
    pipeline = Pipeline([seen], Hub(), [Reaction(Follow(A=[Quote(s)])) for s in ("first", "second")])
    pipeline.put(Quote("A"))
    assert symbols(pipeline) == ["A", "first", "second"]


def test_who_reacts_to_some_types_hears_of_no_others() -> None:
    quotes, all_of_them, later = Follow(), Follow(), Follow()
    pipeline = Pipeline([seen], Hub(), [Reaction(quotes, (Quote,)), Reaction(all_of_them, (Event, dict))])
    pipeline.put(Quote("A"))
    pipeline.put(Signal("A", "BUY", 1.0))
    assert quotes.facts == [Quote("A")] and len(all_of_them.facts) == 4
    pipeline.add(Reaction(later, (Quote,)))
    pipeline.put(Quote("B"))
    assert later.facts == [Quote("B")] and quotes.facts == [Quote("A"), Quote("B")]


def test_an_event_put_by_a_reactor_waits_for_the_one_that_runs() -> None:
    def put(fact: Any) -> None:
        if isinstance(fact, Quote):
            pipeline.put(Signal(fact.symbol, "BUY", 1.0))
            assert symbols(pipeline) == ["A"]

    pipeline = Pipeline([seen], Hub(), [Reaction(put)])
    pipeline.put(Quote("A"))
    assert [message["kind"] for message in pipeline.hub.messages("seen")] == ["Quote", "Signal"]


def test_a_reactor_that_fails_is_told_and_later_events_still_run() -> None:
    def broken(fact: Any) -> None:
        if fact == Quote("A"):
            raise RuntimeError("no reaction")

    pipeline = Pipeline([seen], Hub(), [Reaction(broken)])
    with pytest.raises(RuntimeError, match="no reaction"):
        pipeline.put(Quote("A"))
    pipeline.put(Quote("B"))
    assert symbols(pipeline) == ["A", "B"]


def test_a_swap_to_a_new_topic_opens_it_before_the_first_message() -> None:
    pipeline = Pipeline([seen], Hub())
    pipeline.put(Quote("A"))
    pipeline.swap(handler(on=Quote, topic="elsewhere")(unmarked("seen")))
    assert pipeline.hub.messages("elsewhere") == []
    pipeline.put(Quote("B"))
    assert (symbols(pipeline), pipeline.hub.messages("elsewhere")) == (["A"], [{"symbol": "B"}])
    assert not pipeline.host.dead_letters


def unmarked(name: str) -> Handler:
    """A handler's function of that name, not marked yet."""

    def function(quote: Quote) -> list[dict[str, Any]]:
        return [{"symbol": quote.symbol}]

    function.__name__ = name
    return function


def test_a_reactor_that_fails_on_a_message_is_not_the_handlers_fault() -> None:
    def broken(fact: Any) -> None:
        if isinstance(fact, dict) and fact["symbol"] == "A":
            raise RuntimeError("no reaction")

    follow = Follow()
    pipeline = Pipeline([seen], Hub(), [Reaction(broken), Reaction(follow)])
    with pytest.raises(RuntimeError, match="no reaction"):
        pipeline.put(Quote("A"))
    assert not pipeline.host.dead_letters and symbols(pipeline) == ["A"]
    pipeline.put(Quote("B"))
    assert follow.facts == [{"symbol": "B", "kind": "Quote"}, Quote("B")]


def test_messages_of_a_retry_are_reacted_to_at_once() -> None:
    def failing(quote: Quote) -> list[dict[str, Any]]:
        raise ValueError("not yet")

    failing.__name__ = "seen"
    follow = Follow()
    pipeline = Pipeline([handler(on=Quote, topic="seen")(failing)], Hub(), [Reaction(follow)])
    pipeline.put(Quote("A"))
    pipeline.swap(seen)
    assert pipeline.retry() == (1, 0)
    assert follow.facts == [Quote("A"), {"symbol": "A", "kind": "Quote"}]


@handler(on=Bar | Timer, topic="seen", every=3)
def tick(event: Bar | Timer, state: int | None) -> tuple[int, list[dict[str, Any]]]:
    if isinstance(event, Bar):
        return state or 0, [{"symbol": f"{event.symbol} after {state}"}]
    return (state or 0) + 1, [{"symbol": "tick"}]


def test_time_that_passes_without_an_event_fires_timers_and_what_follows_from_them() -> None:
    def answer(fact: Any) -> Iterable[Event]:
        return [Bar("bar", 1, 1, 1, 1, ts=2 * SECOND)] if fact == {"symbol": "tick"} else []

    pipeline = Pipeline([tick], Hub(), [Reaction(answer)])
    pipeline.advance(SECOND)
    pipeline.advance(3 * SECOND)
    assert symbols(pipeline) == ["tick", "bar after 1"]


def test_an_event_put_while_a_timer_fires_waits_for_it() -> None:
    def put(fact: Any) -> None:
        if fact == {"symbol": "tick"}:
            pipeline.put(Bar("bar", 1, 1, 1, 1, ts=2 * SECOND))

    pipeline = Pipeline([tick], Hub(), [Reaction(put)])
    pipeline.advance(SECOND)
    pipeline.advance(3 * SECOND)
    assert symbols(pipeline) == ["tick", "bar after 1"]
    assert pipeline.host.state("tick") == {None: 1}


def test_time_that_passes_lets_waiting_prices_go() -> None:
    pipeline = Pipeline(HANDLERS, Hub(price_interval=3.0))
    pipeline.put(Quote("A", 1.0, ts=START))
    assert pipeline.hub.values("price_updates") == {}
    pipeline.advance(START + 3 * SECOND)
    assert list(pipeline.hub.values("price_updates")) == ["A"]


class Reading:
    """A whole pipeline with a paper account and the frames that one reader of it gets."""

    def __init__(self) -> None:
        self.hub = Hub(price_interval=0.25, epoch="e")
        account = PaperAccount(auto_trade=True)
        self.pipeline = Pipeline(HANDLERS, self.hub, [Reaction(account.on_event)])
        self.mailbox = self.hub.open(self.wake).mailbox
        self.frames: list[bytes] = []
        for topic in self.hub.topics:
            self.mailbox.subscribe(topic)

    def wake(self) -> None:
        for batch in self.mailbox.take():
            self.frames += [*LEGACY.frames(batch), *V1.frames(batch)]

    def feed(self, events: Iterable[Event]) -> Reading:
        for event in events:
            self.pipeline.put(event)
        return self


@given(event_lists(max_size=40))
def test_the_same_events_give_the_same_bytes(events: list[Event]) -> None:
    one, other = Reading().feed(events), Reading().feed(events)
    assert one.frames == other.frames
    assert bool(one.frames) or not any(isinstance(event, Fill) for event in events)


@given(event_lists(max_size=40), st.data())
def test_a_pause_between_two_events_changes_nothing(events: list[Event], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(events)))
    paused = Reading().feed(events[:place])
    if place:
        paused.pipeline.advance(events[place - 1].ts)  # type: ignore[attr-defined]
    assert paused.feed(events[place:]).frames == Reading().feed(events).frames


@given(event_lists(max_size=40))
def test_no_shipped_handler_fails_on_any_event(events: list[Event]) -> None:
    assert not Reading().feed(events).pipeline.host.dead_letters
