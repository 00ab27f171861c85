"""Quotes become bars that keep every price's bounds and every unit of volume."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.market import prices
from tradestream_nb.clock import SECOND
from tradestream_nb.errors import UserError
from tradestream_nb.events import Bar, Quote
from tradestream_nb.strategies import BarBuilder

FIVE = 5 * SECOND


@dataclass(frozen=True)
class Step:
    """What happens between two quotes."""

    wait: int
    traded: int
    price: float


steps = st.builds(Step, st.integers(0, 2 * FIVE), st.integers(0, 1000), prices)
sessions = st.lists(steps, min_size=1, max_size=40)


def quotes_of(session: Iterable[Step], symbol: str = "ACME") -> list[Quote]:
    session = list(session)
    times = accumulate(step.wait for step in session)
    volumes = accumulate(step.traded for step in session)
    return [
        Quote(symbol, last=step.price, volume=float(volume), ts=ts)
        for step, ts, volume in zip(session, times, volumes, strict=True)
    ]


def build(quotes: Iterable[Quote], builder: BarBuilder | None = None) -> list[Bar]:
    builder = builder or BarBuilder(5.0)
    return [bar for quote in quotes if (bar := builder.push(quote)) is not None]


def closing(quotes: list[Quote]) -> list[Quote]:
    """`quotes` and one more, much later, that completes the last bar without volume of its own."""
    last = quotes[-1]
    return [*quotes, Quote(last.symbol, last=1.0, volume=last.volume, ts=last.ts + 10 * FIVE)]


@given(session=sessions)
def test_bars_hold_exactly_the_quotes_of_their_intervals(session: list[Step]) -> None:
    quotes = quotes_of(session)
    expected: dict[int, list[float]] = defaultdict(list)
    for quote in quotes:
        assert quote.price is not None
        expected[(quote.ts // FIVE + 1) * FIVE].append(quote.price)
    bars = build(closing(quotes))
    assert [(bar.ts, bar.open, bar.high, bar.low, bar.close) for bar in bars] == [
        (end, inside[0], max(inside), min(inside), inside[-1]) for end, inside in expected.items()
    ]
    assert all(bar.seconds == 5.0 and bar.symbol == "ACME" for bar in bars)


@given(session=sessions)
def test_bars_conserve_volume(session: list[Step]) -> None:
    quotes = quotes_of(session)
    assert quotes[0].volume is not None and quotes[-1].volume is not None
    bars = build(closing(quotes))
    assert sum(bar.volume for bar in bars) == quotes[-1].volume - quotes[0].volume


@given(before=sessions, after=sessions)
def test_a_session_that_starts_over_never_makes_volume_negative(before: list[Step], after: list[Step]) -> None:
    first = quotes_of(before)
    begin = first[-1].ts + FIVE
    later = [Quote("ACME", last=q.last, volume=q.volume, ts=q.ts + begin) for q in quotes_of(after)]
    bars = build(closing([*first, *later]))
    assert all(bar.volume >= 0 for bar in bars)


def test_what_traded_since_the_session_began_anew_belongs_to_its_first_bar() -> None:
    quotes = [Quote("ACME", last=1.0, volume=v, ts=i * FIVE) for i, v in enumerate([900.0, 1000.0, 40.0, 70.0, 70.0])]
    assert [bar.volume for bar in build(quotes)] == [0.0, 100.0, 40.0, 30.0]


@given(one=sessions, other=sessions)
def test_other_symbols_in_between_change_nothing(one: list[Step], other: list[Step]) -> None:
    acme, beta = quotes_of(one), quotes_of(other, "BETA")
    mixed = sorted([*acme, *beta], key=lambda quote: quote.ts)
    bars = build(mixed)
    assert [bar for bar in bars if bar.symbol == "ACME"] == build(acme)
    assert [bar for bar in bars if bar.symbol == "BETA"] == build(beta)


@given(session=sessions, cut=st.integers(0, 40))
def test_splitting_the_stream_changes_nothing(session: list[Step], cut: int) -> None:
    quotes = quotes_of(session)
    builder = BarBuilder(5.0)
    assert build(quotes[:cut], builder) + build(quotes[cut:], builder) == build(quotes)


@given(session=sessions, at=st.integers(1, 40), late=st.integers(1, 3 * FIVE), price=prices)
def test_a_quote_older_than_the_newest_changes_nothing(session: list[Step], at: int, late: int, price: float) -> None:
    quotes = quotes_of(session)
    newest = quotes[:at][-1].ts
    disturbed = [*quotes[:at], Quote("ACME", last=price, volume=0.0, ts=newest - late), *quotes[at:]]
    assert build(disturbed) == build(quotes)


@pytest.mark.parametrize("last", [None, float("nan"), float("inf")])
def test_a_quote_without_a_price_changes_nothing(last: float | None) -> None:
    quotes = quotes_of([Step(SECOND, 10, 3.0), Step(FIVE, 10, 4.0)])
    priceless = Quote("ACME", last=last, volume=99999.0, ts=quotes[0].ts + FIVE)
    assert build(closing([quotes[0], priceless, quotes[1]])) == build(closing(quotes))


@pytest.mark.parametrize("volume", [None, float("nan"), -1.0])
def test_a_quote_whose_volume_is_unknown_counts_with_its_price_alone(volume: float | None) -> None:
    quotes = [Quote("ACME", last=p, volume=v, ts=0) for p, v in [(1.0, 10.0), (9.0, volume), (2.0, 15.0)]]
    (bar,) = build(closing(quotes))
    assert (bar.high, bar.volume) == (9.0, 5.0)


def test_a_quote_on_the_boundary_opens_the_next_bar() -> None:
    quotes = [
        Quote("ACME", last=1.0, ts=FIVE - 1),
        Quote("ACME", last=2.0, ts=FIVE),
        Quote("ACME", last=3.0, ts=2 * FIVE),
    ]
    assert [(bar.ts, bar.close) for bar in build(quotes)] == [(FIVE, 1.0), (2 * FIVE, 2.0)]


def test_the_middle_of_bid_and_ask_stands_in_for_a_missing_trade() -> None:
    (bar,) = build([Quote("ACME", bid=1.0, ask=3.0, ts=0), Quote("ACME", last=1.0, ts=FIVE)])
    assert bar.close == 2.0


@pytest.mark.parametrize("seconds", [0.0, -5.0, 1e-9, float("nan"), float("inf")])
def test_a_length_that_is_no_length_is_refused(seconds: float) -> None:
    with pytest.raises(UserError, match="cannot be built"):
        BarBuilder(seconds)


def test_bars_may_be_shorter_than_a_second() -> None:
    (bar,) = build([Quote("ACME", last=1.0, ts=0), Quote("ACME", last=1.0, ts=SECOND)], BarBuilder(0.25))
    assert (bar.seconds, bar.ts) == (0.25, SECOND // 4)


@given(session=sessions)
def test_the_forming_bar_is_the_one_that_a_later_quote_completes(session: list[Step]) -> None:
    quotes, builder = quotes_of(session), BarBuilder(5.0)
    assert builder.forming("ACME") is None
    build(quotes, builder)
    assert [builder.forming("ACME")] == build(closing(quotes)[-1:], builder)
    assert builder.symbols == {"ACME"}
