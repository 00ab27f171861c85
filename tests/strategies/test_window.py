"""A window is the last bars of a symbol, and never changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.market import bars_closing, prices, window_closing
from tradestream_nb.errors import UserError
from tradestream_nb.events import Bar, Signal
from tradestream_nb.strategies import Window


@given(closes=st.lists(prices, min_size=1, max_size=30), size=st.integers(1, 12), look=st.sets(st.integers(0, 29)))
def test_a_pushed_window_equals_the_last_bars_whenever_its_columns_are_first_used(
    closes: list[float], size: int, look: set[int]
) -> None:
    bars = bars_closing(closes)
    window = Window()
    for index, bar in enumerate(bars):
        window = window.push(bar, size)
        if index in look:
            assert window.close[-1] == bar.close
    assert window == Window(bars[-size:])
    assert window.close.tolist() == closes[-size:]


@given(before=st.integers(0, 9), size=st.integers(1, 12))
def test_pushing_leaves_the_window_as_it_was(before: int, size: int) -> None:
    window = window_closing(range(1, before + 1))
    columns = window.close.tolist()
    bar = bars_closing([42.0])[0]
    first, second = window.push(bar, size), window.push(bar, size)
    assert first == second and first.close.tolist() == second.close.tolist()
    assert len(window) == before and window.close.tolist() == columns


def test_each_column_is_the_field_of_its_name() -> None:
    window = Window([Bar("ACME", 2.0, 4.0, 1.0, 3.0, 5.0)])
    window = window.push(Bar("ACME", 20.0, 40.0, 10.0, 30.0, 50.0), 2)
    columns = (window.open, window.high, window.low, window.close, window.volume)
    assert [column.tolist() for column in columns] == [[2, 20], [4, 40], [1, 10], [3, 30], [5, 50]]
    assert all(column.dtype == np.float64 and column.flags.c_contiguous for column in columns)


def test_columns_are_read_only_and_made_once() -> None:
    window = window_closing([1.0, 2.0])
    with pytest.raises(ValueError, match="read-only"):
        window.close[0] = 9.0
    with pytest.raises(ValueError, match="read-only"):
        window.push(window.last, 5).close[0] = 9.0
    assert np.shares_memory(window.close, window.close)
    assert Window.of(window) is window


def test_a_price_that_is_missing_is_nan_in_its_column() -> None:
    missing = Bar("ACME", 1.0, 1.0, 1.0, None)  # type: ignore[arg-type]
    assert np.isnan(Window([missing]).close[0])
    seen = window_closing([1.0])
    assert seen.close[0] == 1.0
    assert np.isnan(seen.push(missing, 2).close[1])


def test_a_window_is_a_sequence_of_its_bars() -> None:
    bars = bars_closing([1.0, 2.0, 3.0])
    window = Window.of(tuple(bars))
    assert list(window) == bars and window[0] == bars[0] and bars[1] in window
    assert window[1:] == Window(bars[1:]) and isinstance(window[1:], Window)
    assert window.last == bars[-1] and window.symbol == "ACME"
    assert hash(window) == hash(Window(bars)) and window != bars
    assert repr(window) == "<Window of 3 ACME bars>"


def test_an_empty_window_has_columns_but_no_last_bar() -> None:
    window = Window()
    assert not window and window.close.shape == (0,) and repr(window) == "<empty Window>"
    with pytest.raises(IndexError):
        _ = window.symbol


def test_bars_of_several_symbols_are_refused() -> None:
    mixed = bars_closing([1.0]) + bars_closing([2.0], symbol="BETA")
    with pytest.raises(UserError, match="one symbol, not ACME, BETA"):
        Window.of(mixed)
    with pytest.raises(UserError, match="bar of BETA .* window of ACME"):
        Window(mixed[:1]).push(mixed[1], 5)


def test_a_signal_is_about_the_last_bar() -> None:
    window = window_closing([1.0, 2.5])
    signal = window.signal("BUY", strategy="mine", confidence=0.5, quantity=7.0)
    assert signal == Signal("ACME", "BUY", 2.5, 0.5, 7.0, "mine", window.last.ts)
