"""One message per execution."""

from __future__ import annotations

from handlers.trades import trades
from tradestream_nb import Fill, TradeExecuted

FILL = Fill("E1", "AAPL", "SELL", 10.0, 190.5, 1.0, "DU1", "7", 5)


def test_an_execution_is_passed_on_whole() -> None:
    assert trades(FILL, None) == (True, [TradeExecuted("E1", "AAPL", "SELL", 10.0, 190.5, 1.0, "DU1", 5)])


def test_a_correction_says_what_it_takes_the_place_of() -> None:
    fill = Fill("E.02", "AAPL", "SELL", 10.0, 190.4, corrects="E.01")
    _, (trade,) = trades(fill, None)
    assert (trade.exec_id, trade.corrects) == ("E.02", "E.01")


def test_an_execution_that_is_reported_again_is_not_sent_again() -> None:
    assert trades(FILL, True) == (True, [])
