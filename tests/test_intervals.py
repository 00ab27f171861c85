"""How often a manager tells prices and the portfolio."""

from __future__ import annotations

import pytest

from tests.managed import Scripted
from tradestream_nb.errors import UserError
from tradestream_nb.manager import StreamManager


@pytest.mark.parametrize(("polled", "given", "wanted"), [(False, None, 0.25), (True, None, 3.0), (True, 0.0, 0.0)])
def test_the_price_interval_is_that_of_the_source_unless_given(
    polled: bool, given: float | None, wanted: float
) -> None:
    assert StreamManager(Scripted(polled=polled), price_interval=given).price_interval == wanted


@pytest.mark.parametrize("interval", [-1.0, float("nan"), float("inf"), True])
def test_an_interval_that_is_none_is_refused_in_words(interval: float) -> None:
    with pytest.raises(UserError, match=f"price_interval={interval} does not fit; it is in seconds"):
        StreamManager(Scripted(), price_interval=interval)
    with pytest.raises(UserError, match=f"portfolio_interval={interval} does not fit"):
        StreamManager(Scripted(), portfolio_interval=interval)
