"""How many there may be and how fast they come, by a clock of the test's own."""

from __future__ import annotations

import pytest

from tradestream_nb.server.door import room as module
from tradestream_nb.server.door.room import Room
from tradestream_nb.server.limits import Limits

OWN, AWAY, OTHER = "127.0.0.1", "192.0.2.7", "192.0.2.8"
IN = 0
"""In place of a status, for one that got in."""


def attempt(room: Room, remote: str, now: float = 0.0) -> int:
    """The status that one is turned away with, or `IN`."""
    refusal = room.refusal(remote, now)
    if refusal is None:
        room.enter(remote)
    return IN if refusal is None else refusal.status


def test_whoever_leaves_makes_room() -> None:
    room = Room(Limits(connections=2))
    assert [attempt(room, OWN) for _ in range(3)] == [IN, IN, 503]
    room.leave(OWN)
    assert [attempt(room, OWN) for _ in range(2)] == [IN, 503]


def test_an_address_has_its_share_of_the_room() -> None:
    room = Room(Limits(connections=9, connections_per_address=2))
    assert [attempt(room, AWAY) for _ in range(3)] == [IN, IN, 429]
    assert attempt(room, OTHER) == IN
    room.leave(AWAY)
    assert attempt(room, AWAY) == IN


def test_a_network_of_ipv6_is_one_address() -> None:
    room = Room(Limits(connections_per_address=2))
    assert [attempt(room, f"2001:db8::{number}") for number in range(3)] == [IN, IN, 429]
    assert attempt(room, "2001:db8:1::1") == IN


def test_this_machine_may_fill_all_the_room_for_a_proxy_brings_everyone() -> None:
    room = Room(Limits(connections=5, connections_per_address=2, address_handshakes_per_second=1.0))
    assert [attempt(room, OWN) for _ in range(6)] == [*[IN] * 5, 503]


def test_handshakes_come_at_a_rate_and_the_next_moment_is_named() -> None:
    room = Room(Limits(handshakes_per_second=2.0))
    assert [attempt(room, OWN, 100.0) for _ in range(3)] == [IN, IN, 429]
    refusal = room.refusal(OWN, 100.1)
    assert refusal is not None and refusal.headers()["Retry-After"] == "1"
    assert attempt(room, OWN, 100.6) == IN


def test_one_address_does_not_use_up_the_rate_of_all() -> None:
    room = Room(Limits(handshakes_per_second=4.0, address_handshakes_per_second=2.0))
    assert [attempt(room, AWAY) for _ in range(9)] == [IN, IN, *[429] * 7]
    assert [attempt(room, OTHER) for _ in range(2)] == [IN, IN]
    assert attempt(room, "192.0.2.9") == 429


def test_addresses_are_forgotten_when_there_are_too_many_to_remember(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PARTIES", 2)
    room = Room(Limits(address_handshakes_per_second=1.0))
    assert [attempt(room, remote) for remote in (AWAY, AWAY, OTHER, "192.0.2.9", AWAY)] == [IN, 429, IN, IN, IN]
