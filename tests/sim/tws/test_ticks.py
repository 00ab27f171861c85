"""The ticks that describe a contract."""

from __future__ import annotations

import msgspec

from tradestream_nb.events import Quote
from tradestream_nb.sim.tws.sizes import Sizes
from tradestream_nb.sim.tws.ticks import Tick, basic_ticks, changed

QUOTE = Quote("AAPL", 10.0, 9.99, 10.01, 500.0, 9.5, 10.5, 9.0, 9.8, ts=5_000_000)
SIZES = Sizes(100, 200, 300)


def ticks(quote: Quote = QUOTE, sizes: Sizes = SIZES) -> list[Tick]:
    return list(basic_ticks(quote, sizes, "STK"))


def test_what_was_told_is_not_told_again() -> None:
    told: dict[int, Tick] = {}
    assert list(changed(ticks(), told))
    assert list(changed(ticks(), told)) == []


def test_a_size_that_comes_with_its_price_has_no_message_of_its_own() -> None:
    told: dict[int, Tick] = {}
    assert not {0, 3, 5} & {tick.type for tick in changed(ticks(), told)}
    news = list(changed(ticks(sizes=Sizes(100, 250, 300)), told))
    assert [(tick.type, tick.value) for tick in news] == [(3, 250)]


def test_only_what_moved_is_told() -> None:
    told: dict[int, Tick] = {}
    list(changed(ticks(), told))
    news = list(changed(ticks(msgspec.structs.replace(QUOTE, bid=9.98)), told))
    assert [(tick.type, tick.value, tick.size) for tick in news] == [(1, 9.98, 100)]


def test_delayed_ticks_have_numbers_of_their_own_and_an_older_time() -> None:
    late = {tick.type: tick for each in ticks() if (tick := each.delayed())}
    assert set(late) == {66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 88, 90}
    assert late[88].value == str(5 - 900)
