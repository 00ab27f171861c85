"""How many of an address there may be, and who counts as one."""

from __future__ import annotations

import pytest

from tradestream_nb.server.door.headcount import Headcount

AWAY, OTHER = "192.0.2.7", "192.0.2.8"


def test_an_address_has_its_share_and_leaves_the_others_theirs() -> None:
    count = Headcount(2)
    for _ in range(2):
        assert not count.is_full(AWAY)
        count.enter(AWAY)
    assert (count.is_full(AWAY), count.is_full(OTHER)) == (True, False)
    count.leave(AWAY)
    assert not count.is_full(AWAY)


def test_a_network_of_ipv6_is_one_address() -> None:
    count = Headcount(1)
    count.enter("2001:db8::1")
    assert (count.is_full("2001:db8::2"), count.is_full("2001:db8:1::1")) == (True, False)


@pytest.mark.parametrize("own", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_never_full_for_a_proxy_brings_everyone(own: str) -> None:
    count = Headcount(1)
    for _ in range(3):
        count.enter(own)
    assert not count.is_full(own)
