"""The simulated Trader Workstation without its socket."""

from __future__ import annotations

from tests.sim.tws.serving import START
from tests.sim.tws.wire import AAPL, joined
from tradestream_nb.clock import SECOND
from tradestream_nb.sim.tws.gateway import Gateway


def test_what_is_due_happens_in_its_order_between_the_steps() -> None:
    gateway, happened = Gateway(ts=START), list[tuple[str, float]]()

    def note(name: str) -> None:
        happened.append((name, (gateway.world.ts - START) / SECOND))

    for name, seconds in (("third", 2.0), ("first", 0.6), ("second", 2.0)):
        gateway.world.later(seconds, lambda name=name: note(name))  # type: ignore[misc]
    gateway.advance(START + 3 * SECOND)
    assert happened == [("first", 0.6), ("third", 2.0), ("second", 2.0)]
    assert gateway.world.ts == START + 3 * SECOND


def test_time_may_be_cut_into_any_pieces() -> None:
    [whole], [cut] = joined(1), joined(1)
    for wire in (whole, cut):
        wire.ask(1, 11, 5, *AAPL, False, "", False, False, "")
    whole.pass_time(10)
    for _ in range(100):
        cut.pass_time(0.1)
    assert whole.messages == cut.messages


def test_a_leap_is_one_step_and_no_flood() -> None:
    [wire] = joined(1)
    wire.ask(1, 11, 5, *AAPL, False, "", False, False, "")
    before = len(wire.messages)
    wire.gateway.skip(START + 3600 * SECOND)
    wire.pass_time(0.25)
    assert wire.gateway.world.ts == START + 3600 * SECOND + SECOND // 4
    assert 0 < len(wire.messages) - before < 20


def test_time_never_goes_back() -> None:
    gateway = Gateway(ts=START)
    gateway.advance(START + SECOND)
    gateway.advance(START)
    assert gateway.world.ts == START + SECOND


def test_the_same_seed_and_requests_give_the_same_bytes() -> None:
    [first], [second] = joined(1, seed=3), joined(1, seed=3)
    for wire in (first, second):
        wire.ask(1, 11, 5, *AAPL, False, "233", False, False, "")
        wire.pass_time(30)
    assert first.messages == second.messages
