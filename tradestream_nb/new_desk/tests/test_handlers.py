"""What the handlers promise; a test calls them like any other function."""

from __future__ import annotations

from pathlib import Path

import pytest

from tradestream_nb import PriceUpdate, Quote, load_handlers, read_events, run

HANDLERS = load_handlers(Path(__file__).parents[1] / "handlers")


def price(last: float, before: PriceUpdate | None) -> tuple[PriceUpdate | None, list[PriceUpdate]]:
    """Call the handler on one quote: the state it leaves, and what it sends."""
    state, messages = HANDLERS["price_updates"](Quote("AAPL", last=last, close=189.0), before)
    return state, messages


def test_a_price_is_sent_when_it_changes() -> None:
    """Two quotes of one price are one message."""
    state, messages = price(190.5, None)
    assert [update.price for update in messages] == [190.5]
    assert price(190.5, state) == (state, [])
    assert price(191.0, state)[1][0].price == 191.0


@pytest.mark.parametrize("name", HANDLERS)
def test_thirteen_years_go_through_without_an_error_and_always_the_same(name: str) -> None:
    """A handler without clock, chance or globals gives the same messages for the same events."""
    first, second = (run(HANDLERS[name], read_events("sample")) for _ in range(2))
    assert not first.dead_letters
    assert first.messages == second.messages
