"""Requests for data that cannot be answered, and what the client is told."""

from __future__ import annotations

import pytest

from tests.sim.tws.wire import AAPL, joined
from tradestream_nb.sim.tws.faults import Competing
from tradestream_nb.sim.tws.fields import Field

NOBODY: tuple[Field, ...] = (0, "NOSUCH", "STK", "", 0.0, "", "", "SMART", "", "USD", "", "")
PAIR: tuple[Field, ...] = (0, "EUR", "CASH", "", 0.0, "", "", "IDEALPRO", "", "USD", "", "")
FUTURES: tuple[Field, ...] = (0, "ES", "FUT", "", 0.0, "", "", "CME", "", "USD", "", "")


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ((1, 11, 5, *NOBODY, False, "", False, False, ""), 200),
        ((1, 11, 5, *FUTURES, False, "", False, False, ""), 200),
        ((20, 5, *NOBODY, False, "", "1 min", "1 D", True, "TRADES", 1, False, ""), 200),
        ((50, 3, 5, *NOBODY, 5, "TRADES", True, ""), 200),
        ((50, 3, 5, *PAIR, 5, "TRADES", True, ""), 420),
        ((97, 5, *NOBODY, "Last", 0, False), 200),
        ((97, 5, *PAIR, "Last", 0, False), 10189),
        ((97, 5, *AAPL, "Sometimes", 0, False), 10189),
        ((87, 5, *NOBODY, False, True, "TRADES", 1), 200),
        ((96, 5, *NOBODY, False, "", "", 10, "TRADES", True, False, ""), 200),
        ((2, 2, 5), 300),
        ((51, 1, 5), 300),
        ((98, 5), 300),
        ((25, 1, 5), 366),
    ],
)
def test_the_client_is_told_by_the_number_of_its_request(request_: tuple[Field, ...], code: int) -> None:
    [wire] = joined(1)
    wire.ask(*request_)
    assert wire.last[2:4] == ["5", str(code)]


def test_a_rule_that_there_is_not_is_refused() -> None:
    [wire] = joined(1)
    wire.ask(91, 99_999)
    assert wire.codes[-1] == 321


def test_no_line_opens_during_a_competing_session() -> None:
    [wire] = joined(1)
    wire.gateway.strike(Competing(seconds=5))
    wire.ask(1, 11, 5, *AAPL, False, "", False, False, "")
    assert wire.last[2:4] == ["5", "10197"]
    wire.pass_time(6)
    wire.ask(1, 11, 5, *AAPL, False, "", False, False, "")
    assert wire.heard(1, request_id=5)
