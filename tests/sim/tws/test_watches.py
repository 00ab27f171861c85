"""Who watches what."""

from __future__ import annotations

from typing import NamedTuple

from tradestream_nb.sim.listing import Listing
from tradestream_nb.sim.tws.session import Session
from tradestream_nb.sim.tws.watches import Watches

AAPL, MSFT = Listing(1, "AAPL"), Listing(2, "MSFT")


class Seen(NamedTuple):
    session: Session
    request_id: int
    listing: Listing


def session(client_id: int) -> Session:
    return Session(client_id, 178, put=lambda data: None, end=lambda ending: None)


ANN, BOB = session(1), session(2)


def watches(*kept: Seen) -> Watches[Seen]:
    found = Watches[Seen]()
    for each in kept:
        found.put(each)
    return found


def test_they_are_found_by_contract_in_the_order_they_came() -> None:
    first, second, other = Seen(ANN, 1, AAPL), Seen(BOB, 1, AAPL), Seen(ANN, 2, MSFT)
    kept = watches(first, second, other)
    assert kept.on(AAPL) == [first, second] and kept.on(MSFT) == [other] and len(kept) == 3


def test_the_same_name_takes_the_place_of_the_old_one() -> None:
    kept = watches(Seen(ANN, 1, AAPL), Seen(ANN, 1, MSFT))
    assert kept.on(AAPL) == [] and len(kept.on(MSFT)) == 1 == len(kept)


def test_one_is_taken_once() -> None:
    kept = watches(Seen(ANN, 1, AAPL))
    assert kept.has(ANN, 1) and not kept.has(BOB, 1)
    assert kept.take(ANN, 1) and kept.take(ANN, 1) is None and kept.on(AAPL) == []


def test_dropping_a_client_leaves_the_others() -> None:
    kept = watches(Seen(ANN, 1, AAPL), Seen(ANN, 2, MSFT), Seen(BOB, 1, AAPL))
    kept.drop(ANN)
    assert [each.session for each in kept] == [BOB] and kept.on(MSFT) == []
