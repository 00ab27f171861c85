"""One subscription per contract and kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.clock import SECOND
from tradestream_nb.errors import SourceError
from tradestream_nb.sources.ibkr.registry import Feed, Registry, Wanted
from tradestream_nb.sources.ibkr.symbols import ContractName

AAPL, MSFT = ContractName("AAPL"), ContractName("MSFT")


def test_only_the_first_holder_asks_and_only_the_last_cancels() -> None:
    registry = Registry()
    asked = [registry.hold(AAPL, "quotes") for _ in range(51)]
    cancelled = [registry.release(AAPL, "quotes") for _ in range(51)]
    assert [wanted is not None for wanted in asked] == [True] + [False] * 50
    assert [wanted is not None for wanted in cancelled] == [False] * 50 + [True]
    assert registry.lines.used == 0


def test_kinds_of_one_contract_are_subscriptions_of_their_own() -> None:
    registry = Registry()
    assert registry.hold(AAPL, "quotes") and registry.hold(AAPL, "bars") and registry.hold(AAPL, "ticks")
    assert (registry.lines.used, registry.ticks.used) == (2, 1)


def test_what_goes_over_is_refused_and_leaves_no_trace() -> None:
    registry = Registry(lines=1)
    registry.hold(AAPL, "quotes")
    with pytest.raises(SourceError, match="MSFT: all 1 market-data lines are in use"):
        registry.hold(MSFT, "quotes")
    assert [wanted.name for wanted in registry] == [AAPL]
    assert registry.hold(AAPL, "quotes") is None


def test_a_fourth_tick_by_tick_stream_is_refused() -> None:
    registry = Registry()
    for symbol in "ABC":
        registry.hold(ContractName(symbol), "ticks")
    with pytest.raises(SourceError, match="all 3 tick-by-tick streams"):
        registry.hold(ContractName("D"), "ticks")


def test_releasing_what_nobody_holds_changes_nothing() -> None:
    registry = Registry()
    assert registry.release(AAPL, "quotes") is None
    assert registry.lines.used == 0


@pytest.fixture
def wanted() -> Wanted:
    """A subscription that was asked for 10 s after the beginning of time."""
    wanted = Wanted(AAPL, "quotes")
    wanted.ask(10 * SECOND, afresh=True)
    return wanted


def test_silence_counts_from_the_last_word_or_the_first_question(wanted: Wanted) -> None:
    assert wanted.silent_for(40 * SECOND) == 30.0
    wanted.hear(30 * SECOND)
    assert wanted.silent_for(40 * SECOND) == 10.0


def test_what_a_new_question_repeats_is_no_word_of_its_own(wanted: Wanted) -> None:
    wanted.ask(40 * SECOND, afresh=False)
    wanted.hear(40 * SECOND + 1)
    assert (wanted.silent_for(41 * SECOND), wanted.heard) == (31.0, 0)
    wanted.hear(42 * SECOND)
    assert (wanted.silent_for(42 * SECOND), wanted.asked_again) == (0.0, 0)


def test_what_stays_silent_is_asked_for_less_and_less_often(wanted: Wanted) -> None:
    assert not wanted.is_due(39 * SECOND, 30) and wanted.is_due(40 * SECOND, 30)
    wanted.ask(40 * SECOND, afresh=False)
    assert not wanted.is_due(99 * SECOND, 30) and wanted.is_due(100 * SECOND, 30)
    wanted.asked_again = 50
    assert wanted.is_due((40 + 960) * SECOND, 30)


def test_a_new_connection_makes_no_old_price_a_new_one(wanted: Wanted) -> None:
    wanted.ask(40 * SECOND, afresh=False)
    wanted.ask(50 * SECOND, afresh=True)
    assert (wanted.silent_for(50 * SECOND), wanted.asked_again) == (40.0, 0)
    wanted.hear(50 * SECOND + 1)
    assert wanted.silent_for(50 * SECOND + 1) == 0.0


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("ABCDE"), st.sampled_from(["quotes", "ticks", "bars"]))))
def test_the_budgets_are_what_is_held_and_never_more_than_there_is(steps: list[tuple[bool, str, Feed]]) -> None:
    registry = Registry(lines=4, tick_by_tick=2)
    for hold, symbol, feed in steps:
        try:
            (registry.hold if hold else registry.release)(ContractName(symbol), feed)
        except SourceError:
            pass
    feeds = [wanted.feed for wanted in registry]
    assert (registry.lines.used, registry.ticks.used) == (len(feeds) - feeds.count("ticks"), feeds.count("ticks"))
    assert registry.lines.used <= 4 and registry.ticks.used <= 2
