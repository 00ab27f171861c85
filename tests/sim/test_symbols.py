"""Names of simulated instruments."""

from __future__ import annotations

import pytest

from tradestream_nb.errors import UserError
from tradestream_nb.sim.symbols import LIMIT, PRICE_LEVELS, choose_symbols, ticker_names


def test_the_first_twenty_are_known_tickers() -> None:
    assert ticker_names(20) == tuple(PRICE_LEVELS)


def test_five_thousand_names_are_all_different() -> None:
    names = ticker_names(LIMIT)
    assert len(names) == len(set(names)) == 5000
    assert all(name.isalpha() and name.isupper() for name in names)


def test_more_names_begin_with_the_same_ones() -> None:
    assert ticker_names(500)[:50] == ticker_names(50)


@pytest.mark.parametrize("wanted", [3, "3", "AAPL,MSFT,GOOGL", " AAPL, MSFT ,GOOGL", ["AAPL", "MSFT", "GOOGL"]])
def test_symbols_are_chosen_by_number_or_by_name(wanted: int | str | list[str]) -> None:
    assert choose_symbols(wanted) == ("AAPL", "MSFT", "GOOGL")


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (0, "asks for 0"),
        ("-1", "asks for -1"),
        (5001, "1 to 5000"),
        ("", "blank"),
        ("AAPL,", "blank"),
        ("AAPL, ,MSFT", "blank"),
        ([], "asks for 0"),
        ("AAPL,MSFT,AAPL", "'AAPL' 2 times"),
    ],
)
def test_a_choice_that_cannot_be_made_is_refused_with_the_reason(wanted: int | str | list[str], problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        choose_symbols(wanted)
