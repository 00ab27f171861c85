"""What one user may have at once."""

from __future__ import annotations

import pytest

from tradestream_nb.errors import SourceError
from tradestream_nb.sources.broker import Use
from tradestream_nb.sources.ibkr.budget import Budget, Rate


def test_what_goes_over_is_refused_with_the_reason_and_takes_nothing() -> None:
    budget = Budget("market-data lines", 2)
    budget.take("AAPL")
    budget.take("MSFT")
    with pytest.raises(SourceError, match="^IBM: all 2 market-data lines are in use; release one first$"):
        budget.take("IBM")
    assert budget.use == Use(2, 2)


def test_what_was_given_back_can_be_taken_again() -> None:
    budget = Budget("market-data lines", 1)
    budget.take("AAPL")
    budget.give_back()
    budget.take("MSFT")
    assert budget.use == Use(1, 1)


def test_a_rate_is_measured_over_the_last_second() -> None:
    rate = Rate(50)
    for now, total in [(0.0, 0), (0.5, 10), (1.0, 40), (1.5, 45)]:
        rate.read(total, now)
    assert rate.use == Use(35.0, 50)


def test_a_rate_falls_to_nothing_when_nothing_is_sent() -> None:
    rate = Rate(50)
    for now in (0.0, 1.0, 2.0, 3.0):
        rate.read(40, now)
    assert rate.use.used == 0.0


def test_a_counter_that_began_anew_is_no_negative_rate() -> None:
    rate = Rate(50)
    for now, total in [(0.0, 500), (1.0, 3), (2.0, 5)]:
        rate.read(total, now)
    assert rate.use.used == 2.0
