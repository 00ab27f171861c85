"""What both modes promise about anything a client may say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.talk import Talk, price, publish_all, signal
from tradestream_nb.codec import MSGPACK
from tradestream_nb.keys import ALL, Keys
from tradestream_nb.server.wire.legacy import LegacyProtocol
from tradestream_nb.server.wire.protocol import Protocol
from tradestream_nb.server.wire.v1 import V1MsgpackProtocol, V1Protocol

MODES: list[type[Protocol]] = [LegacyProtocol, V1Protocol, V1MsgpackProtocol]
modes = pytest.mark.parametrize("mode", MODES)

TYPES = ["ping", "auth", "subscribe", "unsubscribe", "list", "configure", "nonsense"]
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
        "max_hz": st.floats() | st.integers() | JSON,
        "token": JSON,
        "id": JSON,
        "t": JSON,
    },
)
SAID = st.lists(st.text() | st.binary() | st.tuples(JSON | REQUESTS), max_size=8)
"""Text and bytes as they are; what is in a tuple is sent as the client's codec writes it."""

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


def written(client: Talk, value: Any) -> str | bytes:
    """A value in the client's codec; other libraries write what ours does not."""
    return json.dumps(value) if client.text else MSGPACK.encode(value)


@modes
@given(said=SAID)
def test_nothing_a_client_says_raises_and_it_is_served_on(
    mode: type[Protocol], said: list[str | bytes | tuple[Any]]
) -> None:
    client = Talk(mode)
    publish_all(client.hub)
    for data in said:
        for answer in client.say(written(client, data[0]) if isinstance(data, tuple) else data):
            assert isinstance(client.read(answer)["type"], str)
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
    assert client.read(answer)["type"] == "error"
    assert client.protocol.mailbox.subscriptions == before


@modes
@pytest.mark.parametrize("depth", range(900, 1000, 3))
def test_no_depth_of_nesting_gets_between_reading_and_answering(mode: type[Protocol], depth: int) -> None:
    client = Talk(mode)
    deep: str | bytes = '{"type":"ping","t":' + depth * "[" + depth * "]" + "}"
    if not client.text:
        deep = b"\x82\xa4type\xa4ping\xa1t" + depth * b"\x91" + b"\x90"
    (answer,) = client.say(deep)
    assert client.read(answer)["type"] in ("error", "pong")


@pytest.mark.parametrize("mode", [V1Protocol, V1MsgpackProtocol])
@pytest.mark.parametrize("number", [2**63, 2**64 - 1, -(2**63), 1.7e308, 5e-324, 0.0, -0.0])
@pytest.mark.parametrize("field", ["id", "t", "history", "max_hz", "since", "seq"])
def test_no_number_is_too_big_or_too_small(mode: type[Protocol], field: str, number: float) -> None:
    client = Talk(mode)
    fields = {field: number} if field != "seq" else {"since": {"epoch": "e1", "seq": number}}
    answer = client.ask(type="subscribe", channels=["price", "signals"], **fields)
    assert answer["type"] in ("error", "subscribed")
    publish_all(client.hub)
    client.hear()


@modes
@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 400, "1" + "0" * 30, "NaN", "1e", "01"])
def test_no_number_that_json_can_write_raises(mode: type[Protocol], number: str) -> None:
    client = Talk(mode)
    for field in ("id", "t", "max_hz", "history"):
        text = f'{{"type":"subscribe","channel":"price","{field}":{number}}}'
        (answer,) = client.say(text)
        assert client.read(answer)["type"] in ("error", "subscribed")


@modes
def test_an_unknown_channel_is_told_which_there_are(mode: type[Protocol]) -> None:
    client = Talk(mode)
    answer = client.ask(type="subscribe", channel="prices")
    assert answer["error"] == f"unknown channel 'prices'; there are {', '.join(client.protocol.channels())}"
    assert ("health" in answer["error"]) == (mode is not LegacyProtocol)


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
