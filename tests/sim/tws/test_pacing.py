"""How often one may ask for small historical bars."""

from __future__ import annotations

from tests.sim.tws.wire import AAPL, Wire, joined
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.tws.pacing import Pacing


def ask_all(pacing: Pacing, *requests: tuple[float, str, str]) -> list[bool]:
    return [pacing.allows(round(at * SECOND), contract, (request,)) for at, contract, request in requests]


def test_the_same_again_is_too_soon_within_fifteen_seconds() -> None:
    assert ask_all(Pacing(), (0, "A", "x"), (14, "A", "x"), (15, "A", "x")) == [True, False, True]


def test_the_sixth_on_one_contract_within_two_seconds_is_one_too_many() -> None:
    pacing = Pacing()
    assert ask_all(pacing, *((0, "A", str(number)) for number in range(6))) == [True] * 5 + [False]
    assert ask_all(pacing, (0, "B", "6"), (2, "A", "7")) == [True, True]


def test_sixty_in_ten_minutes_are_all_there_are() -> None:
    pacing = Pacing()
    assert all(ask_all(pacing, *((3 * number, "A", str(number)) for number in range(60))))
    assert ask_all(pacing, (599, "A", "y"), (601, "A", "z")) == [False, True]


def history(wire: Wire, number: int, size: str) -> None:
    wire.ask(20, number, *AAPL, False, "", size, "600 S", True, "TRADES", 1, False, "")


def test_small_bars_are_rationed_and_larger_ones_are_not() -> None:
    [wire] = joined(1)
    for number, size in enumerate(["1 min", "1 min", "30 secs", "30 secs"]):
        history(wire, number, size)
    assert [each[1] for each in wire.heard(17)] == ["0", "1", "2"]
    assert wire.codes[-1] == 162 and wire.last[2] == "3"
