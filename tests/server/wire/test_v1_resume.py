"""Clients that come back: what they missed, or that it is lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.talk import TS, Talk, publish_signals, since, trade
from tradestream_nb.server.wire.v1 import V1Protocol
from tradestream_nb.topics import HISTORY


@pytest.fixture
def client() -> Talk:
    return Talk(V1Protocol)


def test_resuming_brings_exactly_what_was_missed(client: Talk) -> None:
    publish_signals(client.hub, 5)
    answer = client.ask(type="subscribe", channel="signals", since=since("e1", 2))
    assert answer["recovered"] is True
    assert [message["seq"] for message in client.hear()] == [3, 4, 5]


def test_resuming_where_nothing_was_missed_brings_nothing(client: Talk) -> None:
    publish_signals(client.hub, 5)
    assert client.ask(type="subscribe", channel="signals", since=since("e1", 5))["recovered"] is True
    assert client.hear() == []


def test_resuming_by_channel_takes_each_from_its_own_place(client: Talk) -> None:
    publish_signals(client.hub, 3)
    client.hub.publish("trades", trade(), TS)
    request = since("e1", {"signals": 1, "trades": 0})
    answer = client.ask(type="subscribe", channels=["price", "signals", "trades"], since=request)
    assert answer["recovered"] is True
    assert [(m["channel"], m["seq"]) for m in client.hear()] == [("signals", 2), ("signals", 3), ("trades", 1)]


def test_recovered_means_that_no_channel_has_a_gap(client: Talk) -> None:
    publish_signals(client.hub, HISTORY + 5)
    request = since("e1", {"signals": 1, "trades": 0})
    assert client.ask(type="subscribe", channels=["signals", "trades"], since=request)["recovered"] is False


@pytest.mark.parametrize(
    "where",
    [
        pytest.param(since("e0", 3), id="an earlier run of the server"),
        pytest.param(since("e1", HISTORY + 6), id="the future"),
        pytest.param(since("e1", 4), id="what is no longer kept"),
        pytest.param(since("e1", -1), id="before the beginning"),
        pytest.param(since("e1", {"trades": 1}), id="another channel"),
    ],
)
def test_a_gap_that_cannot_be_filled_is_not_filled_in_part(client: Talk, where: dict[str, Any]) -> None:
    publish_signals(client.hub, HISTORY + 5)
    assert client.ask(type="subscribe", channel="signals", since=where)["recovered"] is False
    assert client.hear() == []


def test_the_oldest_message_that_is_kept_can_be_resumed_from(client: Talk) -> None:
    publish_signals(client.hub, HISTORY + 5)
    assert client.ask(type="subscribe", channel="signals", since=since("e1", 5))["recovered"] is True
    assert len(client.hear()) == HISTORY


@pytest.mark.parametrize(("asked", "got"), [(0, []), (2, [4, 5]), (99, [1, 2, 3, 4, 5])])
def test_history_brings_the_last_messages(client: Talk, asked: int, got: list[int]) -> None:
    publish_signals(client.hub, 5)
    client.ask(type="subscribe", channel="signals", history=asked)
    assert [message["seq"] for message in client.hear()] == got


def test_history_below_zero_is_refused_and_would_not_skip_the_future(client: Talk) -> None:
    assert client.ask(type="subscribe", channel="signals", history=-5)["code"] == "bad_request"


def test_history_stands_in_where_resuming_fails(client: Talk) -> None:
    publish_signals(client.hub, 5)
    client.ask(type="subscribe", channel="signals", since=since("e0", 1), history=1)
    assert [message["seq"] for message in client.hear()] == [5]


def test_nothing_is_recovered_from_another_run_of_the_server() -> None:
    client = Talk(V1Protocol)
    answer = client.ask(type="subscribe", channels=["price", "portfolio"], since={"epoch": "other", "seq": 5})
    assert answer["recovered"] is False
