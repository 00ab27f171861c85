"""What a v1 client says of how much it wants at once, and from where on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.talk import TS, Talk, price, publish_all, signal
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.wire.v1 import V1MsgpackProtocol, V1Protocol
from tradestream_nb.topics import EventTopic


@pytest.fixture
def client() -> Talk:
    return Talk(V1Protocol)


def prices(client: Talk) -> list[float]:
    return [line["price"] for message in client.hear() for line in message["symbols"].values()]


def publish(client: Talk, *values: float) -> None:
    for value in values:
        client.hub.publish("price_updates", price("AAPL", value), TS)


def test_max_hz_sends_the_newest_value_so_many_times_a_second(client: Talk) -> None:
    assert client.ask(type="subscribe", channel="price", max_hz=4)["max_hz"] == {"price_updates": 4.0}
    heard = []
    for step in range(100):
        publish(client, float(step))
        heard += prices(client)
        client.clock += 0.0625
    assert heard == [float(step) for step in range(0, 100, 4)]


def test_max_hz_can_be_changed_and_taken_off_while_it_runs(client: Talk) -> None:
    client.ask(type="subscribe", channel="price", max_hz=0.5)
    publish(client, 1.0)
    assert prices(client) == [1.0]
    publish(client, 2.0)
    assert prices(client) == []
    assert client.protocol.due == client.clock + 2
    assert client.ask(type="configure", max_hz=2, id=5)["max_hz"] == {"price_updates": 2.0}
    assert prices(client) == [2.0]
    publish(client, 3.0)
    assert prices(client) == []
    answer = client.ask(type="configure", channel="price", max_hz=None)
    assert (answer["type"], answer["max_hz"]) == ("configured", {})
    publish(client, 4.0, 5.0)
    assert prices(client) == [5.0]


def test_the_pace_of_all_that_is_subscribed_is_set_by_a_star(client: Talk) -> None:
    client.ask(type="subscribe", channels=["price", "signals", "portfolio"])
    for channels in ({"channel": "*"}, {"channels": ["*"]}, {}):
        assert client.ask(type="configure", max_hz=2, **channels)["max_hz"] == {"price_updates": 2, "portfolio": 2}
        assert client.ask(type="configure", max_hz=None, **channels)["max_hz"] == {}


def test_max_hz_stays_when_symbols_change_and_goes_with_the_channel(client: Talk) -> None:
    client.ask(type="subscribe", channels=["price", "portfolio"], max_hz=4)
    assert client.ask(type="subscribe", channel="price", symbols=["IBM"])["max_hz"] == {
        "price_updates": 4.0,
        "portfolio": 4.0,
    }
    assert client.ask(type="unsubscribe", channel="price")["max_hz"] == {"portfolio": 4.0}
    assert client.ask(type="subscribe", channel="price")["max_hz"] == {"portfolio": 4.0}


@pytest.mark.parametrize(
    "request_",
    [
        {"type": "subscribe", "channel": "price", "max_hz": -1},
        {"type": "subscribe", "channel": "price", "max_hz": 1000},
        {"type": "subscribe", "channel": "signals", "max_hz": 4},
        {"type": "configure", "channel": "portfolio", "max_hz": 4},
        {"type": "configure", "channel": "signals", "max_hz": 4},
        {"type": "configure"},
    ],
)
def test_a_pace_that_makes_no_sense_changes_nothing(client: Talk, request_: dict[str, Any]) -> None:
    before = client.ask(type="subscribe", channels=["price", "signals"], max_hz=2)
    assert client.ask(**request_)["code"] == "bad_request"
    after = client.ask(type="list")
    assert (after["subscriptions"], after["max_hz"]) == (before["subscriptions"], before["max_hz"])


def test_no_number_is_no_pace() -> None:
    client = Talk(V1MsgpackProtocol)
    answer = client.ask(type="subscribe", channel="price", max_hz=float("nan"))
    assert (answer["type"], answer["code"]) == ("error", "bad_request")


def test_events_are_never_held_back(client: Talk) -> None:
    client.ask(type="subscribe", channels=["*"], max_hz=1)
    publish_all(client.hub)
    client.hear()
    publish_all(client.hub)
    assert [message["channel"] for message in client.hear()] == ["signals", "trades"]


def test_what_is_older_than_it_may_be_is_not_resumed() -> None:
    client, times = Talk(V1Protocol, limits=Limits(history_age=300.0)), [0.0]
    client.hub.topics["signals"] = EventTopic("signals", clock=lambda: times[0])
    for minute in range(4):
        times[0] = 100.0 * minute
        client.hub.publish("signals", signal(), TS)
    times[0] = 450.0
    assert client.ask(type="subscribe", channel="signals", since={"epoch": "e1", "seq": 1})["recovered"] is False
    client.ask(type="unsubscribe", channel="signals")
    answer = client.ask(type="subscribe", channel="signals", since={"epoch": "e1", "seq": 2})
    assert (answer["recovered"], answer["replayed"]) == (True, 2)
    assert [message["seq"] for message in client.hear()] == [3, 4]


def test_who_missed_nothing_can_resume_however_long_ago_it_was() -> None:
    client, times = Talk(V1Protocol), [0.0]
    client.hub.topics["signals"] = EventTopic("signals", clock=lambda: times[0])
    client.hub.publish("signals", signal(), TS)
    times[0] = 9_999.0
    assert client.ask(type="subscribe", channel="signals", since={"epoch": "e1", "seq": 1})["recovered"] is True


def test_the_welcome_says_what_can_be_resumed() -> None:
    first = Talk(V1Protocol)
    for _ in range(3):
        first.hub.publish("signals", signal(), TS)
    second = Talk(V1Protocol, first.hub, limits=Limits(history=2))
    assert second.read(second.greeting[0])["history"]["signals"] == {"first": 2, "last": 3}


def heard_of_a_and_b(client: Talk) -> None:
    client.ask(type="subscribe", channel="signals", symbols=["A"])
    for symbol in ("A", "B", "A", "B"):
        client.hub.publish("signals", signal(symbol), TS)
    assert [message["seq"] for message in client.hear()] == [1, 3]


def test_an_added_symbol_has_its_history_and_what_was_heard_does_not_come_again(client: Talk) -> None:
    heard_of_a_and_b(client)
    answer = client.ask(type="subscribe", channel="signals", symbols=["B"], history=3)
    assert (answer["replayed"], answer["seq"]) == (2, {"signals": 1})
    assert [message["seq"] for message in client.hear()] == [2, 4]


def test_since_says_where_a_client_is_in_a_channel_with_all_its_symbols(client: Talk) -> None:
    heard_of_a_and_b(client)
    answer = client.ask(type="subscribe", channel="signals", symbols=["B"], since={"epoch": "e1", "seq": 1})
    assert (answer["replayed"], answer["seq"]) == (3, {"signals": 1})
    assert [message["seq"] for message in client.hear()] == [2, 3, 4]


def test_a_subscription_can_be_sent_back_as_it_was_told(client: Talk) -> None:
    client.ask(type="subscribe", channel="price")
    told = client.ask(type="unsubscribe", channel="price", symbols=["IBM", "AAPL"])["subscriptions"]
    again = Talk(V1Protocol, client.hub)
    for channel, symbols in told.items():
        again.ask(type="subscribe", channel=channel, symbols=symbols)
    assert again.ask(type="list")["subscriptions"] == told == {"price_updates": {"all_but": ["AAPL", "IBM"]}}


def test_the_client_hears_after_the_silence_that_its_server_wants() -> None:
    client = Talk(V1Protocol, limits=Limits(heartbeat=2.5))
    assert client.read(client.greeting[0])["heartbeat_ms"] == 2500
    assert client.protocol.idle(2.4) == [] and len(client.protocol.idle(2.5)) == 1


def test_messagepack_clients_are_told_in_messagepack() -> None:
    client = Talk(V1MsgpackProtocol)
    assert client.read(client.greeting[0])["type"] == "welcome" and not client.text
    assert client.ask(type="subscribe", channel="signals", id=1)["id"] == 1
    client.hub.publish("signals", signal(), TS)
    assert [message["symbol"] for message in client.hear()] == ["AAPL"]
    assert client.read(client.say("{}")[0])["code"] == "bad_request"
