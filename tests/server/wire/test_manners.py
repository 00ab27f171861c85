"""What becomes of clients that say too much, too fast, or not who they are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.talk import STAMP, Talk, publish_all
from tradestream_nb.hub import Hub
from tradestream_nb.server.door.identity import Identity
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.wire.legacy import LegacyProtocol
from tradestream_nb.server.wire.protocol import Protocol
from tradestream_nb.server.wire.v1 import V1MsgpackProtocol, V1Protocol

MODES: list[type[Protocol]] = [LegacyProtocol, V1Protocol, V1MsgpackProtocol]
modes = pytest.mark.parametrize("mode", MODES)
READER = Identity("desk", frozenset({"signals", "price_updates"}))


def stranger(mode: type[Protocol], **limits: Any) -> Talk:
    """A client of a server that knows one token, `secret`."""
    return Talk(mode, identity=None, identify={"secret": READER}.get, limits=Limits(**limits))


@modes
def test_a_burst_is_answered_and_what_comes_beyond_it_is_refused_until_later(mode: type[Protocol]) -> None:
    client = Talk(mode)
    client.clock += 10
    answers = [client.read(client.say_at_once({"type": "ping"})[0])["type"] for _ in range(21)]
    assert answers == ["pong"] * 20 + ["error"]
    client.clock += 0.1
    assert client.read(client.say_at_once({"type": "ping"})[0])["type"] == "pong"


def test_who_is_too_fast_is_told_when_to_try_again() -> None:
    client = Talk(V1Protocol, limits=Limits(request_rate=4.0, request_burst=1))
    client.ask(type="ping")
    (answer,) = client.say_at_once({"type": "ping", "id": "r1"})
    assert client.read(answer) == {
        "type": "error",
        "code": "rate_limited",
        "error": "more than 4 requests a second",
        "temporary": True,
        "retry_after_ms": 250,
        "timestamp": STAMP,
        "id": "r1",
    }


def test_who_goes_on_being_too_fast_is_closed_and_answered_no_more() -> None:
    client = Talk(V1Protocol)
    client.clock += 10
    for said in ["{"] * 9 + ['{"type":"ping"}'] * 11 + ["{"] * 9:
        client.say_at_once(said)
    assert client.protocol.ended is None
    assert len(client.say_at_once({"type": "ping"})) == 1
    assert client.protocol.ended == (4429, "too many requests")
    assert client.say({"type": "ping"}) == []


def test_being_too_fast_now_and_then_is_forgiven() -> None:
    client = Talk(V1Protocol, limits=Limits(request_burst=1, rate_violations=2, violation_window=60.0))
    for _ in range(5):
        client.ask(type="ping")
        client.say_at_once({"type": "ping"})
        client.clock += 61
    assert client.protocol.ended is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("{", 4400),
        ('{"type":"dance"}', 4400),
        ('{"type":"subscribe","channel":"trades"}', 4403),
        ('{"type":"subscribe","channel":"signals","symbols":["A","B","C"]}', 4413),
    ],
)
def test_a_client_that_is_refused_again_and_again_is_closed(said: str, code: int) -> None:
    client = Talk(V1Protocol, identity=READER, limits=Limits(request_symbols=2))
    for _ in range(19):
        client.say(said)
    assert client.protocol.ended is None
    client.say(said)
    assert client.protocol.ended == (code, "too many requests were refused")


def test_an_old_dashboard_is_told_and_not_closed_for_what_it_says() -> None:
    client = Talk(LegacyProtocol)
    for _ in range(200):
        (answer,) = client.say("{")
        assert client.read(answer)["type"] == "error"
    assert client.protocol.ended is None


def test_an_old_dashboard_may_be_too_fast_ten_times_as_often() -> None:
    client = Talk(LegacyProtocol)
    client.clock += 10
    answers = [client.read(client.say_at_once({"type": "ping"})[0])["type"] for _ in range(20 + 99)]
    assert answers == ["pong"] * 20 + ["error"] * 99
    assert client.protocol.ended is None
    client.say_at_once({"type": "ping"})
    assert client.protocol.ended == (4429, "too many requests")


@pytest.mark.parametrize("mode", [V1Protocol, V1MsgpackProtocol])
def test_a_stranger_learns_nothing_until_it_says_who_it_is(mode: type[Protocol]) -> None:
    client = stranger(mode)
    welcome = client.read(client.greeting[0])
    assert (welcome["auth"], welcome["channels"], welcome["history"]) == ("required", [], {})
    publish_all(client.hub)
    assert client.ask(type="ping")["type"] == "pong"
    assert client.ask(type="list", id=3)["code"] == "not_authenticated"
    assert client.ask(type="subscribe", channel="signals")["code"] == "not_authenticated"
    answer = client.ask(type="auth", token="secret", id=4)
    assert (answer["type"], answer["name"], answer["id"]) == ("authenticated", "desk", 4)
    assert answer["channels"] == ["price_updates", "signals"] and list(answer["history"]) == ["signals"]
    assert client.ask(type="subscribe", channel="signals")["type"] == "subscribed"


def test_an_old_dashboard_hears_what_its_token_may_read_once_it_is_known() -> None:
    client = stranger(LegacyProtocol)
    publish_all(client.hub)
    assert (client.greeting, client.hear()) == ([], [])
    assert "auth" in client.ask(type="subscribe", channel="price")["error"]
    assert client.ask(type="auth", token="secret") == {"type": "authenticated", "timestamp": STAMP}
    assert [message["type"] for message in client.hear()] == ["price_update"]
    assert "may not read trades" in client.ask(type="subscribe", channel="trades")["error"]


@modes
def test_a_wrong_token_ends_it(mode: type[Protocol]) -> None:
    client = stranger(mode)
    assert client.ask(type="auth", token="guess")["type"] == "error"
    assert client.protocol.ended == (4401, "this token is not known here")
    assert client.say({"type": "auth", "token": "secret"}) == []


@modes
def test_who_does_not_say_who_it_is_in_time_is_closed(mode: type[Protocol]) -> None:
    client = stranger(mode, auth_deadline=5.0)
    client.clock += 5.0
    assert (client.protocol.idle(5.0), client.protocol.ended) == ([], None)
    client.clock += 0.1
    assert client.protocol.idle(20.0) == []
    assert client.protocol.ended == (4408, "no auth within 5 s")


@modes
def test_a_known_client_is_never_closed_for_its_silence(mode: type[Protocol]) -> None:
    client = stranger(mode)
    client.ask(type="auth", token="secret")
    client.clock += 3600
    client.protocol.idle(1.0)
    assert client.protocol.ended is None


@modes
def test_who_is_known_need_not_say_it_again(mode: type[Protocol]) -> None:
    client = Talk(mode)
    assert client.ask(type="auth", token="secret")["type"] == "error"
    assert client.protocol.ended is None


@modes
def test_who_may_read_nothing_here_is_closed(mode: type[Protocol]) -> None:
    client = Talk(mode, identity=Identity("nobody", frozenset()))
    assert client.protocol.ended == (4403, "there is no channel that you may read")


def test_every_channel_is_checked_and_a_star_is_what_may_be_read() -> None:
    client = Talk(V1Protocol, identity=READER)
    answer = client.ask(type="subscribe", channels=["signals", "trades"], id=1)
    assert (answer["code"], answer["temporary"], answer["error"]) == ("forbidden", False, "'desk' may not read trades")
    assert client.ask(type="subscribe", channel="nowhere")["error"].endswith("there are price_updates, signals")
    assert list(client.ask(type="subscribe", channels=["*"])["subscriptions"]) == ["price_updates", "signals"]


@modes
def test_too_many_symbols_change_nothing(mode: type[Protocol]) -> None:
    client = Talk(mode, Hub(), limits=Limits(request_symbols=3, client_symbols=4))
    client.ask(type="subscribe", channel="price", symbols=["A", "B", "C"])
    before = client.protocol.mailbox.subscriptions
    for symbols in (["E", "F", "G", "H"], ["E", "F"]):
        assert client.ask(type="subscribe", channel="price", symbols=symbols)["type"] == "error"
        assert client.ask(type="subscribe", channel="signals", symbols=symbols)["type"] == "error"
    assert client.protocol.mailbox.subscriptions == before
    assert client.ask(type="subscribe", channel="price", symbols=["D"])["type"] == "subscribed"
    assert client.ask(type="unsubscribe", channel="price", symbols=["A"])["type"] == "unsubscribed"


def test_leaving_symbols_one_by_one_is_naming_them() -> None:
    client = Talk(V1Protocol, limits=Limits(client_symbols=2))
    client.ask(type="subscribe", channel="price")
    for symbol in "AB":
        client.ask(type="unsubscribe", channel="price", symbols=[symbol])
    assert client.ask(type="unsubscribe", channel="price", symbols=["C"])["code"] == "limit_exceeded"
    assert client.ask(type="unsubscribe", channel="price")["subscriptions"] == {}
