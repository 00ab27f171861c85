"""Frames of the real server read back as the messages that went in."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.server.talk import TS, Talk, health, portfolio, price, publish_all, signal, trade
from tradestream_nb.client.incoming import Content, Refused, Welcome, read
from tradestream_nb.client.marks import Item, OwnMessage, Snapshot
from tradestream_nb.server.wire.v1 import V1Protocol


def heard(talk: Talk) -> list[Item]:
    """What the pending frames bring."""
    contents = [read(frame) for frame in talk.hear()]
    assert all(isinstance(content, Content) for content in contents)
    return [item for content in contents if isinstance(content, Content) for item in content.items]


def test_every_message_comes_out_as_it_went_in() -> None:
    talk = Talk(V1Protocol)
    talk.ask(type="subscribe", channels=["*"])
    talk.hear()
    publish_all(talk.hub)
    assert heard(talk) == [price(), signal(), portfolio(), trade(), health()]


def test_a_snapshot_is_announced_with_its_keys() -> None:
    talk = Talk(V1Protocol)
    for symbol in ("AAPL", "MSFT"):
        talk.hub.publish("price_updates", price(symbol), TS)
    talk.ask(type="subscribe", channel="price_updates")
    assert heard(talk) == [
        Snapshot("price_updates", frozenset(["AAPL", "MSFT"])),
        price("AAPL"),
        price("MSFT"),
    ]


def test_a_topic_of_the_users_own_comes_with_its_fields() -> None:
    talk = Talk(V1Protocol)
    talk.hub.add("spreads")
    talk.ask(type="subscribe", channel="spreads")
    talk.hub.publish("spreads", {"symbol": "AAPL", "spread": 0.5}, TS)
    (message,) = heard(talk)
    assert isinstance(message, OwnMessage)
    assert (message.channel, message.seq, message.ts, message.fields["spread"]) == ("spreads", 1, TS, 0.5)


def test_the_greeting_and_a_refusal_are_told_apart() -> None:
    talk = Talk(V1Protocol)
    greeting = read(msgspec.json.decode(talk.greeting[0]))
    refusal = read(talk.ask(type="subscribe", channel="nowhere", id=4))
    assert isinstance(greeting, Welcome) and greeting.epoch == "e1"
    assert isinstance(refusal, Refused) and (refusal.code, refusal.id) == ("unknown_channel", 4)


def test_a_shape_of_a_later_version_is_handed_on_as_it_is() -> None:
    later = {"type": "signal", "channel": "signals", "seq": 7, "ts": TS, "signal_type": "SHORT", "symbol": "AAPL"}
    content = read(later)
    assert isinstance(content, Content) and content.items == [OwnMessage("signals", 7, TS, later)]


@pytest.mark.parametrize("frame", [None, 1, [], {}, {"type": 3}, {"type": "tomorrow"}, {"type": "welcome", "v": 1}])
def test_what_says_nothing_is_ignored(frame: Any) -> None:
    assert read(frame) is None
