"""The simulated market as a source."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from itertools import pairwise, takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.fakes import WALL, FakeTime, Recorder, play
from tradestream_nb.clock import SECOND
from tradestream_nb.errors import SourceError
from tradestream_nb.sources.simulated import HISTORY, SLOT, SimulatedOptions, SimulatedSource, schedule


async def quotes_of(options: SimulatedOptions, seconds: float) -> Recorder:
    time = FakeTime(end=round(seconds * SECOND))
    return await play(SimulatedSource(options, pace=time.pace), time)


@given(st.integers(1, 5000), st.floats(0.01, 1000))
@settings(max_examples=50)
def test_every_symbol_is_quoted_at_once_and_then_evenly(symbols: int, rate: float) -> None:
    horizon = 2 * max(SECOND, round(SECOND / rate)) if symbols * rate < 1e5 else SECOND // 10
    slots = list(takewhile(lambda slot: slot[0] < horizon, schedule(symbols, rate)))
    assert slots[0] == (0, range(symbols))
    assert all(after.start == before.stop for (_, before), (_, after) in pairwise(slots))
    assert all(after - before >= SLOT for (before, _), (after, _) in pairwise(slots))
    for offset, steps in slots:
        assert abs(steps.stop - symbols - offset * symbols * rate / SECOND) <= 1


async def test_quotes_come_at_the_rate_asked_for() -> None:
    outlet = await quotes_of(SimulatedOptions(symbols=10, rate=5.0), seconds=10.0)
    times = Counter(quote.symbol for quote in outlet.quotes)
    assert len(times) == 10
    assert set(times.values()) <= {50, 51}


async def test_the_first_quotes_of_all_symbols_come_at_once() -> None:
    outlet = await quotes_of(SimulatedOptions(symbols=500, rate=0.1), seconds=0.02)
    assert {at for at, _ in outlet.put_at} == {0}
    assert len({quote.symbol for quote in outlet.quotes}) == 500


async def test_quotes_carry_the_wall_clock() -> None:
    outlet = await quotes_of(SimulatedOptions(symbols=3), seconds=5.0)
    assert all(quote.ts == WALL + at for (at, _), quote in zip(outlet.put_at, outlet.quotes, strict=True))


async def test_with_a_start_only_the_times_differ() -> None:
    live = await quotes_of(SimulatedOptions(symbols=3), seconds=5.0)
    dated = await quotes_of(SimulatedOptions(symbols=3, start="2024-01-02T14:30:00Z"), seconds=5.0)
    assert dated.quotes[0].time.isoformat() == "2024-01-02T14:30:00+00:00"
    shift = live.quotes[0].ts - dated.quotes[0].ts
    assert [(q.symbol, q.last, q.volume, q.ts) for q in live.quotes] == [
        (q.symbol, q.last, q.volume, q.ts + shift) for q in dated.quotes
    ]


class Sleepy(Recorder):
    """Lets the machine sleep for an hour after ten events."""

    async def drain(self) -> None:
        if len(self.put_at) == 10:
            self.time.now += 3600 * SECOND


async def test_after_the_machine_slept_quotes_carry_the_wall_clock_again() -> None:
    time = FakeTime(end=3610 * SECOND)
    outlet = Sleepy(time)
    with suppress(asyncio.CancelledError):
        await SimulatedSource(SimulatedOptions(symbols=2, rate=1.0), pace=time.pace).run(outlet)
    assert 10 < len(outlet.put_at) < 30
    assert all(quote.ts == WALL + at for (at, _), quote in zip(outlet.put_at, outlet.quotes, strict=True))


async def test_every_run_begins_the_same_session_anew() -> None:
    time = FakeTime(end=2 * SECOND)
    source = SimulatedSource(SimulatedOptions(start="2024-01-02T14:30:00Z"), pace=lambda: time.pace())
    first = await play(source, time)
    time = FakeTime(end=2 * SECOND)
    assert (await play(source, time)).events == first.events


async def test_polled_every_symbol_answers_every_three_seconds() -> None:
    outlet = await quotes_of(SimulatedOptions(symbols=4, polled=True), seconds=7.0)
    assert [at // SECOND for at, _ in outlet.put_at] == [0] * 4 + [3] * 4 + [6] * 4
    assert [quote.ts - WALL for quote in outlet.quotes] == [at for at, _ in outlet.put_at]


async def test_history_leads_up_to_the_first_quotes() -> None:
    options = SimulatedOptions(symbols="AAPL,MSFT", start="2024-01-02T14:30:00Z")
    bars = list(SimulatedSource(options).history(60.0))
    first = (await quotes_of(options, seconds=0.01)).quotes
    assert len(bars) == 2 * HISTORY and {bar.seconds for bar in bars} == {60.0}
    assert all(before.ts <= after.ts for before, after in pairwise(bars))
    assert [(bar.symbol, bar.close, bar.ts) for bar in bars[-2:]] == [(q.symbol, q.last, q.ts) for q in first]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"symbols": 0}, "sim: symbols asks for 0"),
        ({"symbols": "AAPL,,MSFT"}, "sim: symbols holds a blank name"),
        ({"start": "next monday"}, "sim: start=next monday does not fit; write it like 2026-01-05T14:30:00Z"),
    ],
)
def test_options_that_cannot_be_simulated_are_refused(options: dict[str, str | int], problem: str) -> None:
    with pytest.raises(SourceError, match=problem):
        SimulatedSource(SimulatedOptions(**options))  # type: ignore[arg-type]
