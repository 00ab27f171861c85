"""Replaying files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.sources.fakes import WALL, FakeTime, Recorder, play
from tradestream_nb.clock import SECOND, iso
from tradestream_nb.errors import DataFileError, UserError
from tradestream_nb.events import Bar, Quote
from tradestream_nb.sources.replay import SAMPLE, ReplayOptions, ReplaySource, read_events
from tradestream_nb.sources.table import read_table
from tradestream_nb.sources.tape import Tape

MINUTES = """time,symbol,open,high,low,close,volume
2026-01-05T14:30:00Z,A,1,3,1,2,100
2026-01-05T14:30:00Z,B,5,6,4,5,
2026-01-05T14:31:00Z,A,2,4,2,3,200
2026-01-05T14:33:00Z,A,3,3,1,1,300
"""
MOMENT = 1_767_623_400 * SECOND


@pytest.fixture
def minutes(tmp_path: Path) -> Path:
    """A file of four bars of two symbols."""
    path = tmp_path / "minutes.csv"
    path.write_text(MINUTES, encoding="utf-8")
    return path


async def replayed(path: Path | str, options: ReplayOptions, *, seconds: float = 3600) -> Recorder:
    time = FakeTime(end=round(seconds * SECOND))
    return await play(ReplaySource(path, options, clock=time.clock, wait=time.wait), time)


def test_a_row_becomes_a_quote_and_then_a_bar(minutes: Path) -> None:
    assert list(read_events(minutes))[:6] == [
        Quote("A", 2.0, None, None, 100.0, 1.0, 3.0, 1.0, None, MOMENT),
        Bar("A", 1.0, 3.0, 1.0, 2.0, 100.0, 60.0, MOMENT),
        Quote("B", 5.0, None, None, None, 5.0, 6.0, 4.0, None, MOMENT),
        Bar("B", 5.0, 6.0, 4.0, 5.0, 0.0, 86_400.0, MOMENT),
        Quote("A", 3.0, None, None, 200.0, 2.0, 4.0, 2.0, 2.0, MOMENT + 60 * SECOND),
        Bar("A", 2.0, 4.0, 2.0, 3.0, 200.0, 60.0, MOMENT + 60 * SECOND),
    ]


def test_rows_of_quotes_become_quotes(tmp_path: Path) -> None:
    path = tmp_path / "ibm.csv"
    path.write_text("ts,bid,ask,last,volume\n1767623400,9.9,10.1,10,5\n", encoding="utf-8")
    assert list(read_events(path)) == [Quote("IBM", 10.0, 9.9, 10.1, 5.0, ts=MOMENT)]


def test_weekly_bars_are_a_week_long(tmp_path: Path) -> None:
    path = tmp_path / "weekly.csv"
    path.write_text("date,open,high,low,close\n2026-01-05,1,1,1,1\n2026-01-12,1,1,1,1\n", encoding="utf-8")
    assert Tape(read_table(path)).seconds == {"WEEKLY": 7 * 86_400.0}


@pytest.mark.parametrize("speed", [1.0, 60.0, 0.5])
async def test_every_row_is_put_when_its_time_has_come(minutes: Path, speed: float) -> None:
    outlet = await replayed(minutes, ReplayOptions(speed=speed))
    expected = [round(at * SECOND / speed) for at in (0, 0, 60, 180)]
    assert [at for at, event in outlet.put_at if isinstance(event, Quote)] == expected


async def test_at_full_speed_nothing_waits_and_each_moment_is_drained(minutes: Path) -> None:
    outlet = await replayed(minutes, ReplayOptions(speed="max"))
    assert {at for at, _ in outlet.put_at} == {0}
    assert outlet.drains == [4, 6, 8]
    assert outlet.events == list(read_events(minutes))


async def test_a_loop_begins_again_with_later_times(minutes: Path) -> None:
    outlet = await replayed(minutes, ReplayOptions(loop=True), seconds=240 + 61)
    first = list(read_events(minutes))
    assert outlet.events[:8] == first
    assert [(quote.symbol, quote.ts) for quote in outlet.quotes[4:]] == [
        (symbol, MOMENT + (240 + at) * SECOND) for symbol, at in (("A", 0), ("B", 0), ("A", 60))
    ]
    assert [bar.close for bar in outlet.bars[4:]] == [2, 5, 3]


async def test_a_replay_can_run_twice(minutes: Path) -> None:
    time = FakeTime()
    source = ReplaySource(minutes, clock=time.clock, wait=time.wait)
    assert (await play(source, time)).events == (await play(source, time)).events


def test_a_replay_says_that_its_time_is_the_datas_own(minutes: Path) -> None:
    source = ReplaySource(minutes)
    assert (source.name, source.virtual, source.polled, list(source.history(5.0))) == (
        "replay:minutes.csv", True, False, [],
    )  # fmt: skip


def test_a_home_folder_is_understood(minutes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(minutes.parent))
    assert ReplaySource("~/minutes.csv").name == "replay:minutes.csv"


def test_a_bad_file_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="there is no such file"):
        ReplaySource(tmp_path / "nope.parquet")


@pytest.mark.parametrize("path", ["", None, 5, b"day.csv", ["day.csv"]])
def test_what_names_no_file_is_told(path: Any) -> None:
    with pytest.raises(UserError, match="^.+ names no file; give its path, or 'sample' for shipped data$"):
        read_events(path)


def test_the_sample_is_what_its_readme_says() -> None:
    source, table = ReplaySource("sample"), read_table(SAMPLE)
    assert Counter(table.symbols) == {"AAPL": 3270, "IBM": 3270, "MSFT": 3270, "GOOG": 2148, "FB": 196}
    assert [iso(source.moments[row])[:10] for row in (0, -1)] == ["2000-03-01", "2013-03-01"]
    assert set(Tape(table).seconds.values()) == {86_400.0}
    assert sum(1 for _ in source.events()) == 2 * 12_154


def test_the_sample_is_small_and_names_its_origin() -> None:
    assert SAMPLE.stat().st_size <= 400_000
    metadata = pq.read_schema(SAMPLE).metadata
    assert b"Quandl WIKI" in metadata[b"origin"] and b"Public domain" in metadata[b"licence"]


async def test_any_speed_gives_the_same_events_of_the_sample() -> None:
    fast = await replayed("sample", ReplayOptions(speed="max"))
    paced = await replayed("sample", ReplayOptions(speed=1e6))
    assert fast.events == paced.events == list(read_events("sample"))
    assert paced.put_at[0][0] + WALL == WALL
