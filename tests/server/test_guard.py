"""Foreign pages stay out, the user's own come in, and programs are not asked."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus

from tests.server.served import Served
from tradestream_nb.server.guard import Guard

LOOPBACK = Guard("127.0.0.1")


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST", "[::1]:8765", "127.0.0.1"])
def test_the_names_of_this_machine_are_let_in(host: str) -> None:
    assert LOOPBACK.refusal(host, None) is None


@pytest.mark.parametrize("host", [None, "", "evil.example", "127.0.0.1.evil.example:8765", "evil.example:8765", "[::1"])
def test_a_name_that_was_pointed_here_by_others_is_refused(host: str | None) -> None:
    assert LOOPBACK.refusal(host, None)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8765", "http://localhost:3000", "http://[::1]:5173"])
def test_pages_of_this_machine_may_connect(origin: str) -> None:
    assert LOOPBACK.refusal("127.0.0.1:8765", origin) is None


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1@evil.example", ""]
)
def test_pages_of_others_may_not(origin: str) -> None:
    assert LOOPBACK.refusal("127.0.0.1:8765", origin) == f"pages of {origin} may not connect"


def test_an_open_server_is_reached_by_any_name_but_only_from_its_own_pages() -> None:
    guard = Guard("0.0.0.0")
    assert guard.refusal("desk.example:8765", "http://desk.example:8765") is None
    assert guard.refusal("desk.example:8765", "http://evil.example") is not None


async def test_a_foreign_page_gets_no_socket(served: Served) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await served.connect(origin="https://evil.example")
    assert refused.value.response.status_code == 403


async def test_the_page_of_a_dashboard_in_development_gets_one(served: Served) -> None:
    async with served.connect(origin="http://localhost:5173") as client:
        await client.ping()
