"""One socket without the socket."""

from __future__ import annotations

import pytest

from tests.sim.tws.serving import START
from tests.sim.tws.wire import Wire, joined
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.tws.codes import Reply, Request
from tradestream_nb.sim.tws.framing import frame
from tradestream_nb.sim.tws.gateway import Gateway


@pytest.mark.parametrize(("client", "answered"), [(157, 157), (176, 176), (178, 178), (201, 178)])
def test_the_server_answers_the_newest_version_that_both_speak(client: int, answered: int) -> None:
    wire = Wire(Gateway(ts=START), version=client)
    assert wire.messages[0][0] == str(answered)


def test_a_client_that_is_too_old_is_left() -> None:
    link = Gateway(ts=START).connect()
    link.receive(b"API\0" + frame(b"v100..140"))
    assert link.is_over and not link.take()


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", b"API\0\xff\xff\xff\xff"])
def test_something_else_than_a_client_is_left(data: bytes) -> None:
    link = Gateway(ts=START).connect()
    link.receive(data)
    assert link.is_over


def test_a_client_is_told_its_accounts_and_its_next_order_id() -> None:
    [wire] = joined(7, accounts=("DU1", "DU2"))
    assert wire.heard(Reply.MANAGED_ACCOUNTS) == [["15", "1", "DU1,DU2"]]
    assert wire.heard(Reply.NEXT_VALID_ID) == [["9", "1", "1"]]


def test_nothing_is_answered_before_the_start() -> None:
    link = Gateway(ts=START).connect()
    link.receive(b"API\0" + frame(b"v157..178"))
    link.take()
    link.receive(frame(b"49\0" + b"1\0"))
    assert not link.take()


@pytest.mark.parametrize(
    ("fields", "code"), [(("x",), 320), ((1, 11), 320), ((9, 8, "x"), 320), ((4242,), 505), ((10, 5, 3), 503)]
)
def test_a_request_that_cannot_be_answered_is_an_error_and_no_more(fields: tuple[int | str, ...], code: int) -> None:
    [wire] = joined(1)
    wire.ask(*fields)
    assert wire.codes[-1] == code
    wire.ask(Request.CURRENT_TIME, 1)
    assert wire.last == ["49", "1", str(START // SECOND)]


def test_fifty_messages_a_second_are_welcome_and_the_next_is_not() -> None:
    [wire] = joined(1)
    for number in range(51):
        wire.at(5 + number / 100).ask(Request.CURRENT_TIME, 1)
    assert len(wire.heard(Reply.CURRENT_TIME)) == 50 and wire.codes[-1] == 100
    wire.at(7).ask(Request.CURRENT_TIME, 1)
    assert wire.last[0] == "49"


def test_a_client_that_keeps_sending_too_fast_is_cut_off_after_it_was_told() -> None:
    [wire] = joined(1)
    for second in (10, 20, 30):
        for _ in range(51):
            wire.at(second).ask(Request.CURRENT_TIME, 1)
    assert wire.codes.count(100) == 3 and wire.link.is_over
    assert not wire.gateway.world.sessions


def test_without_limits_nobody_counts() -> None:
    [wire] = joined(1, limits=False)
    for _ in range(200):
        wire.ask(Request.CURRENT_TIME, 1)
    assert len(wire.heard(Reply.CURRENT_TIME)) == 200


def test_a_reset_link_sends_nothing_more() -> None:
    [wire] = joined(1)
    wire.gateway.world.sessions[1].send(1)
    wire.link.end("reset")
    assert wire.link.is_over and not wire.link.take()
