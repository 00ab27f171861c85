"""What both modes promise about anything a client may say."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.talk import Talk, price, publish_all, signal
from tradestream_nb.server.legacy import LegacyProtocol
from tradestream_nb.server.protocol import Protocol
from tradestream_nb.server.v1 import V1Protocol
from tradestream_nb.topics import ALL, Keys

MODES: list[type[Protocol]] = [LegacyProtocol, V1Protocol]
modes = pytest.mark.parametrize("mode", MODES)

TYPES = ["ping", "subscribe", "unsubscribe", "list", "nonsense"]
CHANNELS = ["price", "price_updates", "signals", "portfolio", "trades", "health", "*", "", "nowhere"]
SYMBOLS = ["AAPL", "MSFT", "*", ""]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
REQUESTS = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES)},
    optional={
        "channel": st.sampled_from(CHANNELS) | JSON,
        "channels": st.lists(st.sampled_from(CHANNELS), max_size=3) | JSON,
        "symbols": st.lists(st.sampled_from(SYMBOLS), max_size=3) | JSON,
        "since": st.fixed_dictionaries({"epoch": st.sampled_from(["e1", "e0"]), "seq": st.integers()}) | JSON,
        "history": st.integers() | JSON,
        "id": JSON,
        "t": JSON,
    },
)
SAID = st.lists(st.text() | st.binary() | JSON.map(json.dumps) | REQUESTS.map(json.dumps), max_size=8)

NOT_UNDERSTOOD: list[str | bytes] = [
    "",
    "{",
    "null",
    "[]",
    "{}",
    "NaN",
    '"ping"',
    b'{"type":"ping"}',
    "\ud800",
    '{"type":1}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","channel":7}',
    '{"type":"subscribe","channel":"nowhere"}',
    '{"type":"subscribe","channel":"signals","symbols":"AAPL"}',
    '{"type":"subscribe","channel":"signals","symbols":[1]}',
    '{"type":"unsubscribe"}',
    '{"type":"dance"}',
    '{"type":"ping","t":' + 10_000 * "[" + 10_000 * "]" + "}",
]


@modes
@given(said=SAID)
def test_nothing_a_client_says_raises_and_it_is_served_on(mode: type[Protocol], said: list[str | bytes]) -> None:
    client = Talk(mode)
    publish_all(client.hub)
    for text in said:
        for answer in client.say(text):
            assert isinstance(json.loads(answer)["type"], str)
        client.hear()
    assert client.ask(type="ping")["type"] == "pong"
    client.ask(type="subscribe", channel="signals")
    client.hear()
    client.hub.publish("signals", signal("ZZZ"), 1)
    assert client.heard_symbols() == ["ZZZ"]


@modes
@pytest.mark.parametrize("said", NOT_UNDERSTOOD)
def test_what_is_not_understood_is_answered_with_one_error(mode: type[Protocol], said: str | bytes) -> None:
    client = Talk(mode)
    before = client.protocol.mailbox.subscriptions
    (answer,) = client.say(said)
    assert json.loads(answer)["type"] == "error"
    assert client.protocol.mailbox.subscriptions == before


@modes
@pytest.mark.parametrize("depth", range(900, 1000, 3))
def test_no_depth_of_nesting_gets_between_reading_and_answering(mode: type[Protocol], depth: int) -> None:
    (answer,) = Talk(mode).say('{"type":"ping","t":' + depth * "[" + depth * "]" + "}")
    assert json.loads(answer)["type"] in ("error", "pong")


@modes
def test_an_unknown_channel_is_told_which_there_are(mode: type[Protocol]) -> None:
    client = Talk(mode)
    answer = client.ask(type="subscribe", channel="prices")
    assert answer["error"] == f"unknown channel 'prices'; there are {', '.join(client.protocol.channels())}"
    assert ("health" in answer["error"]) == (mode is V1Protocol)


@modes
def test_a_subscription_that_was_left_and_taken_again_is_as_before(mode: type[Protocol]) -> None:
    client = Talk(mode)
    client.ask(type="subscribe", channel="price")
    client.ask(type="unsubscribe", channel="price", symbols=["AAPL"])
    client.ask(type="subscribe", channel="price", symbols=["AAPL"])
    assert client.protocol.mailbox.subscriptions["price_updates"] == ALL


@modes
def test_symbols_narrow_a_channel_of_which_others_were_left(mode: type[Protocol]) -> None:
    client = Talk(mode)
    client.ask(type="subscribe", channel="price")
    client.ask(type="unsubscribe", channel="price", symbols=["MSFT"])
    client.ask(type="subscribe", channel="price", symbols=["AAPL"])
    assert client.protocol.mailbox.subscriptions["price_updates"] == Keys(["AAPL"])


@modes
def test_what_a_client_left_it_does_not_hear(mode: type[Protocol]) -> None:
    client = Talk(mode)
    for channel in client.hub.topics:
        client.ask(type="subscribe", channel=channel)
        client.ask(type="unsubscribe", channel=channel)
    publish_all(client.hub)
    assert client.hear() == []
    assert client.hub.readers == 0


@modes
def test_two_clients_hear_the_same_bytes(mode: type[Protocol]) -> None:
    first = Talk(mode)
    second = Talk(mode, first.hub)
    for client in (first, second):
        for channel in client.hub.topics:
            client.ask(type="subscribe", channel=channel)
    publish_all(first.hub)
    heard = first.frames()
    assert heard
    assert second.frames() == heard


@modes
def test_a_client_is_woken_by_what_is_published(mode: type[Protocol]) -> None:
    client = Talk(mode)
    client.ask(type="subscribe", channel="price")
    client.hub.publish("price_updates", price(), 1)
    assert client.woken == 1
