"""The numbered, resumable mode."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from tests.server.talk import NOW, STAMP, TS, Talk, price, publish_all, publish_signals, since, two_positions
from tradestream_nb.errors import ReaderTooSlow
from tradestream_nb.messages import HealthUpdate
from tradestream_nb.server.wire.v1 import V1Protocol
from tradestream_nb.topics import HISTORY

TOPICS = ["price_updates", "signals", "portfolio", "trades", "health"]


@pytest.fixture
def client() -> Talk:
    return Talk(V1Protocol)


def test_the_welcome_says_what_a_client_needs_to_come_back(client: Talk) -> None:
    (frame,) = client.greeting
    welcome = msgspec.json.decode(frame)
    assert len(welcome.pop("session")) == 16
    assert welcome == {
        "type": "welcome",
        "v": 1,
        "epoch": "e1",
        "server_time": NOW,
        "heartbeat_ms": 15_000,
        "auth": "ok",
        "channels": TOPICS,
        "limits": {
            "max_symbols": 1_000,
            "request_symbols": 200,
            "max_msg_bytes": 32 * 1024,
            "cmd_rate": 10.0,
            "cmd_burst": 20,
            "max_hz": 100.0,
        },
        "history": {"signals": {"first": 1, "last": 0}, "trades": {"first": 1, "last": 0}},
    }


def test_nothing_comes_unasked(client: Talk) -> None:
    publish_all(client.hub)
    assert client.hear() == []


def test_the_acknowledgement_echoes_the_id_and_the_whole_subscription(client: Talk) -> None:
    client.ask(type="subscribe", channel="signals")
    answer = client.ask(type="subscribe", channels=["price", "trades"], symbols=["MSFT", "AAPL"], id="r2")
    assert answer == {
        "type": "subscribed",
        "subscriptions": {"signals": "*", "price_updates": ["AAPL", "MSFT"], "trades": ["AAPL", "MSFT"]},
        "max_hz": {},
        "epoch": "e1",
        "seq": {"signals": 0, "price_updates": 0, "trades": 0},
        "recovered": False,
        "replayed": 0,
        "timestamp": STAMP,
        "id": "r2",
    }


def test_a_star_subscribes_to_every_channel(client: Talk) -> None:
    answer = client.ask(type="subscribe", channels=["*"])
    assert answer["subscriptions"] == dict.fromkeys(TOPICS, "*")


def test_a_request_without_id_is_answered_without_id(client: Talk) -> None:
    assert "id" not in client.ask(type="subscribe", channel="signals")


def test_list_says_what_is_subscribed(client: Talk) -> None:
    client.ask(type="subscribe", channel="trades")
    client.ask(type="unsubscribe", channel="trades", symbols=["IBM"])
    answer = client.ask(type="list", id=7)
    assert (answer["type"], answer["id"]) == ("subscriptions", 7)
    assert answer["subscriptions"] == {"trades": {"all_but": ["IBM"]}}


def test_a_channel_beside_channels_is_one_of_them(client: Talk) -> None:
    answer = client.ask(type="subscribe", channel="trades", channels=["signals"])
    assert answer["subscriptions"] == {"signals": "*", "trades": "*"}
    refused = client.ask(type="unsubscribe", channel="nope", channels=["signals"])
    assert refused["code"] == "unknown_channel"
    assert client.ask(type="unsubscribe", channel="trades", channels=["signals"])["subscriptions"] == {}


def test_unsubscribing_leaves_the_channel(client: Talk) -> None:
    client.ask(type="subscribe", channels=["signals", "trades"])
    answer = client.ask(type="unsubscribe", channel="signals", id=1)
    assert (answer["type"], answer["channel"], answer["subscriptions"]) == ("unsubscribed", "signals", {"trades": "*"})
    publish_all(client.hub)
    assert [message["type"] for message in client.hear()] == ["trade_executed"]


def test_ping_gives_back_what_came_with_it(client: Talk) -> None:
    assert client.ask(type="ping", t=12.5, id=3) == {
        "type": "pong",
        "t": 12.5,
        "ts": NOW,
        "timestamp": STAMP,
        "id": 3,
    }


def test_the_current_values_follow_the_acknowledgement_as_a_snapshot(client: Talk) -> None:
    publish_all(client.hub)
    client.ask(type="subscribe", channels=["price_updates", "portfolio", "health"])
    messages = client.hear()
    assert [(m["type"], m["channel"], m["snapshot"]) for m in messages] == [
        ("price_update", "price_updates", True),
        ("portfolio_update", "portfolio", True),
        ("health", "health", True),
    ]
    client.hub.publish("price_updates", price("AAPL", 102.0), TS)
    (update,) = client.hear()
    assert "snapshot" not in update
    assert messages[0].keys() - update.keys() == {"snapshot"}


def test_a_message_carries_where_it_stands_and_what_legacy_leaves_out(client: Talk) -> None:
    client.ask(type="subscribe", channels=["signals", "trades", "portfolio"])
    publish_all(client.hub)
    signalled, traded, account = client.hear()
    numbered = {"channel": "signals", "seq": 1, "ts": TS, "id": "signals:1", "strategy": "momentum"}
    assert numbered.items() <= signalled.items()
    assert {"seq": 1, "id": "x1", "commission": 1.0, "account": "DU1"}.items() <= traded.items()
    assert {"account": "DU1", "equity": 10_015.0, "cash": 9_000.0}.items() <= account["data"].items()


def test_a_topic_of_the_users_own_is_sent_as_it_is(client: Talk) -> None:
    client.hub.add("spreads")
    client.ask(type="subscribe", channel="spreads", symbols=["AAPL"])
    client.hub.publish("spreads", {"symbol": "AAPL", "spread": 0.5}, TS)
    client.hub.publish("spreads", {"symbol": "IBM", "spread": 0.5}, TS)
    (message,) = client.hear()
    assert {"type": "spreads", "channel": "spreads", "seq": 1, "spread": 0.5}.items() <= message.items()


def test_numbers_of_numpy_are_sent_as_numbers(client: Talk) -> None:
    client.hub.add("own")
    client.ask(type="subscribe", channels=["own", "price_updates"])
    client.hub.publish("own", {"count": np.int64(3), "window": np.array([1.5, 2.5])}, TS)
    client.hub.publish("price_updates", price("AAPL", np.float64(7.25)), TS)
    prices, own = sorted(client.hear(), key=lambda message: str(message["type"]), reverse=True)
    assert (own["count"], own["window"], prices["symbols"]["AAPL"]["price"]) == (3, [1.5, 2.5], 7.25)


def test_what_json_has_no_word_for_is_sent_as_text_and_stops_nobody(client: Talk) -> None:
    client.hub.add("own")
    client.ask(type="subscribe", channel="own")
    client.hub.publish("own", {"what": 1 + 2j}, TS)
    assert client.hear()[0]["what"] == "(1+2j)"


def test_a_narrowed_portfolio_is_a_portfolio_of_what_is_shown(client: Talk) -> None:
    client.hub.publish("portfolio", two_positions(), TS)
    client.ask(type="subscribe", channel="portfolio", symbols=["IBM"])
    (account,) = client.hear()
    shown = {"total_pnl": -4.0, "position_count": 1, "total_pnl_pct": -2.0, "equity": 10_015.0}
    assert account["snapshot"] is True and list(account["data"]["positions"]) == ["IBM"]
    assert shown.items() <= account["data"].items()


def test_health_is_narrowed_by_stream(client: Talk) -> None:
    answer = client.ask(type="subscribe", channel="health", symbols=["trades"])
    assert answer["subscriptions"] == {"health": ["trades"]}
    for stream in ("signals", "trades"):
        client.hub.publish("health", HealthUpdate(stream, "ok", ts=TS), TS)
    assert [list(message["streams"]) for message in client.hear()] == [["trades"]]


@pytest.mark.parametrize("kind", ["subscribe", "unsubscribe"])
@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"channels": ["signals", "nowhere", "trades"]}, "unknown_channel"),
        ({"channels": ["trades", "nowhere"], "symbols": ["IBM"]}, "unknown_channel"),
        ({}, "bad_request"),
        ({"channels": []}, "bad_request"),
    ],
)
def test_a_refused_request_changes_nothing(client: Talk, kind: str, request_: dict[str, Any], code: str) -> None:
    client.ask(type="subscribe", channels=["price", "trades"])
    before = client.ask(type="list")["subscriptions"]
    answer = client.ask(type=kind, id=9, **request_)
    assert (answer["type"], answer["code"], answer["temporary"], answer["id"]) == ("error", code, False, 9)
    assert client.ask(type="list")["subscriptions"] == before


@pytest.mark.parametrize(("said", "code"), [("{", "bad_json"), ('{"type":"dance","id":4}', "unknown_type")])
def test_an_error_has_a_code_for_programs(client: Talk, said: str, code: str) -> None:
    (answer,) = client.say(said)
    assert msgspec.json.decode(answer)["code"] == code


def test_a_heartbeat_comes_only_after_silence(client: Talk) -> None:
    client.ask(type="subscribe", channel="signals")
    publish_signals(client.hub, 3)
    client.hear()
    assert client.protocol.idle(15.0 - 0.01) == []
    (beat,) = client.protocol.idle(15.0)
    assert msgspec.json.decode(beat) == {"type": "heartbeat", "ts": NOW, "seq": {"signals": 3}}


def test_the_seq_of_a_channel_is_how_far_this_client_has_come(client: Talk) -> None:
    publish_signals(client.hub, 5)
    answer = client.ask(type="subscribe", channel="signals", since=since("e1", 2))
    assert answer["seq"] == {"signals": 2}
    client.hear()
    assert client.ask(type="list")["seq"] == {"signals": 5}


def test_the_end_is_announced(client: Talk) -> None:
    assert client.protocol.closing() == [b'{"type":"shutdown","reconnect_after_ms":1000}']


def test_a_client_that_fell_too_far_behind_is_told_apart(client: Talk) -> None:
    client.ask(type="subscribe", channel="signals")
    publish_signals(client.hub, HISTORY + 1)
    with pytest.raises(ReaderTooSlow):
        client.hear()
