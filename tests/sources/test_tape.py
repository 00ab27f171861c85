"""A table's rows as events."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.clock import SECOND
from tradestream_nb.sources.table import Table
from tradestream_nb.sources.tape import Tape

ROWS = 9
SYMBOLS = [symbol for _, symbol in zip(range(ROWS), "ABA" * ROWS, strict=False)]
PRICES: list[float | None] = [float(row + 1) for row in range(ROWS)]


def table(*, holds_bars: bool) -> Table:
    names = ("open", "high", "low", "close", "volume", "bid", "ask", "last")
    return Table(holds_bars, [row * SECOND for row in range(ROWS)], SYMBOLS, dict.fromkeys(names, PRICES))


@pytest.mark.parametrize("holds_bars", [True, False])
@given(cut=st.integers(0, ROWS))
def test_rows_give_the_same_events_wherever_one_begins(holds_bars: bool, cut: int) -> None:
    tape = Tape(table(holds_bars=holds_bars))
    whole = list(tape.events(range(ROWS), 0))
    assert [*tape.events(range(cut), 0), *tape.events(range(cut, ROWS), 0)] == whole


def test_only_times_move_when_rows_come_later() -> None:
    tape = Tape(table(holds_bars=True))
    now, later = (list(tape.events(range(ROWS), micros)) for micros in (0, 5))
    assert [event.ts + 5 for event in now] == [event.ts for event in later]
    assert [event.symbol for event in now] == [event.symbol for event in later]


def test_a_lap_ends_one_of_the_shortest_bars_after_the_last_row() -> None:
    tape = Tape(table(holds_bars=True))
    assert tape.seconds == {"A": 1.0, "B": 3.0}
    assert tape.lap == (ROWS - 1 + 1) * SECOND
