"""What a client remembers, and how it goes on after a lost connection, against the real server's protocol."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client.paired import Pair
from tests.server.talk import TS, price, publish_all, signal, trade
from tradestream_nb.client.conversation import Conversation
from tradestream_nb.client.incoming import Answer, Refused
from tradestream_nb.client.marks import Dropped, Gap, Place, Reconnected, Snapshot
from tradestream_nb.topics import HISTORY

STANDARD = ["price_updates", "signals", "portfolio", "trades", "health"]


@pytest.fixture
def pair() -> Pair:
    pair = Pair()
    pair.connect()
    pair.hear()
    return pair


def subscribed(pair: Pair, *channels: str, **more: Any) -> Pair:
    pair.ask(type="subscribe", channels=channels, **more)
    pair.hear()
    pair.take()
    return pair


def again(pair: Pair) -> None:
    pair.connect()
    pair.hear()


def test_a_request_is_answered_with_the_whole_subscription(pair: Pair) -> None:
    subscribed(pair, "signals")
    subscribed(pair, "trades", symbols=["IBM"])
    last = pair.answers[-1]
    assert isinstance(last, Answer) and last.subscriptions == {"signals": "*", "trades": ["IBM"]}


def test_a_refused_request_changes_nothing(pair: Pair) -> None:
    subscribed(pair, "signals")
    subscribed(pair, "nowhere")
    assert isinstance(pair.answers[-1], Refused)
    assert pair.conversation.resume.wanted == {"signals": "*"}


def test_a_lost_connection_goes_on_where_it_was(pair: Pair) -> None:
    subscribed(pair, "signals", "trades")
    pair.signal("A")
    pair.hear()
    pair.cut()
    pair.signal("B")
    pair.trade("x1")
    again(pair)
    pair.signal("C")
    pair.hear()
    assert pair.take() == [
        signal("A"),
        Reconnected("e1", True),
        signal("B"),
        trade("AAPL", "x1"),
        signal("C"),
    ]


def test_what_was_on_its_way_when_the_connection_was_lost_comes_again(pair: Pair) -> None:
    subscribed(pair, "signals")
    for name in "ABCD":
        pair.signal(name)
    pair.hear(2)
    pair.cut()
    again(pair)
    heard = pair.take()
    assert heard == [signal("A"), signal("B"), Reconnected("e1", True), signal("C"), signal("D")]


def test_a_state_goes_on_from_its_snapshot(pair: Pair) -> None:
    subscribed(pair, "price_updates")
    pair.cut()
    pair.hub.publish("price_updates", price("AAPL", 1.0), TS)
    pair.hub.publish("price_updates", price("AAPL", 2.0), TS)
    again(pair)
    assert pair.take()[1:] == [Snapshot("price_updates", frozenset(["AAPL"])), price("AAPL", 2.0)]


def test_a_gap_names_the_channel_and_what_is_lost(pair: Pair) -> None:
    subscribed(pair, "signals", "trades")
    pair.signal("A")
    pair.hear()
    pair.take()
    pair.cut()
    for number in range(HISTORY + 1):
        pair.signal(f"S{number}")
    pair.trade("x1")
    again(pair)
    back, gap, *rest = pair.take()
    assert gap == Gap("signals", Place("e1", 1), Place("e1", HISTORY + 2))
    assert isinstance(gap, Gap) and gap.missing == HISTORY + 1
    assert rest == [trade("AAPL", "x1")]
    pair.signal("B")
    pair.hear()
    assert pair.take() == [signal("B")]


def test_another_run_of_the_server_is_read_from_its_beginning_after_a_gap_of_unknown_length(pair: Pair) -> None:
    subscribed(pair, "signals")
    pair.signal("A")
    pair.hear()
    pair.cut()
    pair.restart()
    pair.signal("first of the new run")
    again(pair)
    gap = Gap("signals", Place("e1", 1), Place("e2", 0))
    assert gap.missing is None
    assert pair.take() == [signal("A"), Reconnected("e2", False), gap, signal("first of the new run")]


def test_a_channel_on_which_nothing_has_come_yet_is_resumed_too(pair: Pair) -> None:
    subscribed(pair, "signals")
    pair.cut()
    pair.signal("A")
    again(pair)
    assert pair.take() == [Reconnected("e1", True), signal("A")]


def test_symbols_and_exceptions_are_restored(pair: Pair) -> None:
    subscribed(pair, "signals", symbols=["AAPL", "IBM"])
    subscribed(pair, "trades")
    pair.ask(type="unsubscribe", channels=["trades"], symbols=["MSFT"])
    pair.hear()
    wanted = dict(pair.conversation.resume.wanted)
    pair.cut()
    again(pair)
    pair.ask(type="list")
    pair.hear()
    last = pair.answers[-1]
    assert isinstance(last, Answer) and last.subscriptions == wanted


def test_more_symbols_than_a_request_may_name_are_asked_for_in_parts_and_nothing_comes_twice(pair: Pair) -> None:
    names = [f"S{number:03d}" for number in range(450)]
    for start in range(0, 450, 150):
        subscribed(pair, "signals", symbols=names[start : start + 150])
    pair.cut()
    for name in names[::-1]:
        pair.signal(name)
    pair.connect()
    pair.hear(2)
    pair.signal(names[0])
    pair.flush()
    pair.hear()
    assert [item.symbol for item in pair.take()[1:] if isinstance(item, type(signal()))] == [*names[::-1], names[0]]
    assert [len(request["symbols"]) for request in pair.said[-3:]] == [200, 200, 50]


def test_requests_made_meanwhile_wait_for_the_connection_and_are_asked_again_when_it_goes(pair: Pair) -> None:
    subscribed(pair, "signals")
    pair.cut()
    pair.ask(type="subscribe", channels=["trades"])
    pair.connect()
    pair.hear(1)
    pair.cut()
    again(pair)
    assert pair.conversation.resume.wanted == {"signals": "*", "trades": "*"}
    pair.cut()
    again(pair)
    assert len(pair.answers) == 2, "what is answered is asked no more"


def test_what_cannot_be_restored_is_told_and_left(pair: Pair) -> None:
    pair.hub.add("spreads")
    subscribed(pair, "spreads", "signals")
    pair.cut()
    pair.restart()
    again(pair)
    (dropped,) = [item for item in pair.take() if isinstance(item, Dropped)]
    assert (dropped.channel, dropped.code) == ("spreads", "unknown_channel")
    assert pair.conversation.resume.wanted == {"signals": "*"}


def test_a_refusal_for_the_moment_is_asked_again_later() -> None:
    conversation = Conversation()
    request = conversation.ask(type="list")
    refused = {"type": "error", "code": "rate_limited", "temporary": True, "retry_after_ms": 250, "id": request["id"]}
    turn = conversation.received(refused)
    assert turn.answer is None and turn.later == (0.25, request)


def test_the_pause_that_a_server_asks_for_is_kept_until_the_next_welcome() -> None:
    conversation = Conversation()
    conversation.received({"type": "shutdown", "reconnect_after_ms": 1500})
    paused = conversation.pause
    conversation.received({"type": "welcome", "epoch": "e1", "heartbeat_ms": 2000})
    assert (paused, conversation.pause, conversation.heartbeat) == (1.5, None, 2.0)


def test_every_channel_can_be_taken_at_once(pair: Pair) -> None:
    subscribed(pair, "*")
    publish_all(pair.hub)
    pair.hear()
    assert len(pair.take()) == len(STANDARD)
