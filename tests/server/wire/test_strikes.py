"""When often is too often."""

from __future__ import annotations

from tradestream_nb.server.wire.strikes import Strikes


def test_the_last_of_so_many_within_the_window_is_too_much() -> None:
    strikes = Strikes(3, 10.0)
    assert [strikes.strike(now) for now in (0.0, 5.0, 10.0, 15.1, 30.0)] == [False, False, True, False, False]
