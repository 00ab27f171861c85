"""Foreign pages stay out, the user's own come in, and programs are not asked."""

from __future__ import annotations

import socket

import pytest
from websockets.exceptions import InvalidStatus

from tests.server.served import Served
from tradestream_nb.errors import UserError
from tradestream_nb.server.door.guard import Guard

LOOPBACK = Guard("127.0.0.1")
OPEN = Guard("0.0.0.0", hosts=["desk.example"], origins=["https://board.example"])


def status(guard: Guard, host: str | None, origin: str | None = None) -> int:
    """200 for what is let in."""
    refusal = guard.refusal(host, origin)
    return 200 if refusal is None else refusal.status


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST", "[::1]:8765", "127.0.0.1"])
def test_the_names_of_this_machine_are_let_in(host: str) -> None:
    assert status(LOOPBACK, host) == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8765", "evil.example:8765", "192.168.0.7", "a, b"]
)
def test_a_name_that_was_pointed_here_by_others_is_refused(host: str) -> None:
    assert status(LOOPBACK, host) == 403


@pytest.mark.parametrize("host", [None, "", "[::1", ":80"])
def test_a_name_there_has_to_be(host: str | None) -> None:
    assert status(LOOPBACK, host) == 400


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8765", "http://localhost:3000", "http://[::1]:5173"])
def test_pages_of_this_machine_may_connect(origin: str) -> None:
    assert status(LOOPBACK, "127.0.0.1:8765", origin) == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1@evil.example", ""]
)
def test_pages_of_others_may_not(origin: str) -> None:
    refusal = LOOPBACK.refusal("127.0.0.1:8765", origin)
    assert refusal is not None and refusal.status == 403
    assert refusal.body.decode().startswith(f"pages of {origin} may not connect")


@pytest.mark.parametrize(
    "host", ["192.168.0.7:8765", "[2001:db8::7]", "localhost", "DESK.example", socket.gethostname()]
)
def test_an_open_server_is_called_by_its_numbers_and_by_the_names_it_was_given(host: str) -> None:
    assert status(OPEN, host) == 200


def test_an_open_server_is_not_called_by_any_name() -> None:
    assert status(OPEN, "evil.example") == 403
    assert status(Guard("0.0.0.0", hosts=["*"]), "evil.example") == 200


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://desk.example:8765", 200),
        ("https://board.example", 200),
        ("HTTPS://BOARD.EXAMPLE", 200),
        ("http://board.example", 403),
        ("https://board.example:444", 403),
        ("https://board.example.evil.example", 403),
        ("http://evil.example", 403),
        ("http://desk.example", 403),
    ],
)
def test_its_own_pages_and_those_it_was_told_of_may_connect(origin: str, expected: int) -> None:
    assert status(OPEN, "desk.example:8765", origin) == expected


def test_all_pages_may_connect_where_that_is_what_was_said() -> None:
    assert status(Guard("127.0.0.1", origins=["*"]), "localhost", "https://evil.example") == 200


@pytest.mark.parametrize("host", ["", "https://desk.example", "desk.example:8765", "desk example", "[::1]"])
def test_a_host_that_is_none_is_refused_at_the_start(host: str) -> None:
    with pytest.raises(UserError, match="--allow-host .* without port"):
        Guard("127.0.0.1", hosts=[host])


@pytest.mark.parametrize("origin", ["", "desk.example", "https://desk.example/", "ftp://desk.example", "null"])
def test_an_origin_that_is_none_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(UserError, match="--allow-origin .* is not an origin"):
        Guard("127.0.0.1", origins=[origin])


async def test_a_foreign_page_gets_no_socket(served: Served) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await served.connect(origin="https://evil.example")
    assert refused.value.response.status_code == 403


async def test_the_page_of_a_dashboard_in_development_gets_one(served: Served) -> None:
    async with served.connect(origin="http://localhost:5173") as client:
        assert await (await client.ping()) >= 0


def test_what_can_be_allowed_is_refused_with_the_way_in() -> None:
    refusals = [Guard("127.0.0.1").refusal(*who) for who in (("a.example", None), ("localhost", "https://b.example"))]
    assert [refusal.body.decode().partition("; ")[2] for refusal in refusals if refusal] == [
        "allow it with --allow-host a.example\n",
        "allow it with --allow-origin https://b.example\n",
    ]


@pytest.mark.parametrize(("host", "origin"), [("localhost", "null"), ("127.0.0.1, evil.example", None)])
def test_what_cannot_be_allowed_is_refused_without_telling_how(host: str, origin: str | None) -> None:
    refusal = Guard("127.0.0.1").refusal(host, origin)
    assert refusal is not None and refusal.status == 403 and b"--allow" not in refusal.body
