"""What is wrong now."""

from __future__ import annotations

from tradestream_nb.clock import SECOND
from tradestream_nb.sources.ibkr.codes import Notice, notice_of
from tradestream_nb.sources.ibkr.troubles import Troubles


def noted(*codes: int, text: str = "", name: str = "AAPL") -> Troubles:
    troubles = Troubles()
    for code in codes:
        notice = notice_of(code, text, name)
        assert isinstance(notice, Notice)
        troubles.note(notice, 0)
    return troubles


def kinds(troubles: Troubles, now: int = 0) -> list[str]:
    return [notice.kind for notice in troubles.current(now)]


def test_a_burst_of_the_same_trouble_is_told_once() -> None:
    assert kinds(noted(*[10197] * 20)) == ["competing"]


def test_a_lost_connection_is_over_when_it_is_back_with_its_data_or_without() -> None:
    assert kinds(noted(1100)) == ["lost"]
    assert kinds(noted(1100, 1101, name="")) == kinds(noted(1100, 1102, name="")) == []


def test_a_farm_that_is_back_ends_its_own_trouble_only() -> None:
    troubles = Troubles()
    for text in ("down:usfarm", "down:hfarm"):
        notice = notice_of(2103, text)
        assert notice is not None
        troubles.note(notice, 0)
    up = notice_of(2104, "up:usfarm")
    assert up is not None
    troubles.note(up, 0)
    assert [notice.subject for notice in troubles.current(0)] == ["hfarm"]


def test_prices_that_come_in_cure_what_kept_them_away() -> None:
    troubles = noted(354, 10197, 10167)
    troubles.delivered("MSFT")
    assert len(kinds(troubles)) == 3
    troubles.delivered("AAPL")
    assert kinds(troubles) == ["delayed"]


def test_a_single_failed_request_is_forgotten_after_a_while() -> None:
    troubles = noted(162, 354, text="pacing violation")
    assert kinds(troubles, 600 * SECOND) == ["pacing", "no_data"]
    assert kinds(troubles, 600 * SECOND + 1) == ["no_data"]


def test_prices_are_old_while_the_connection_is_lost_or_taken() -> None:
    assert noted(1100).stale(0) and noted(10197).stale(0)
    assert not noted(354, 10167, 2103).stale(0)


def test_past_bars_that_are_refused_while_the_servers_are_away_are_no_trouble_of_their_own() -> None:
    assert kinds(noted(1100, 162, 1102, text="HMDS connection attempt failed", name="")) == []
    assert kinds(noted(2105, 162, text="down:ushmds")) == ["farm_down"]
    assert kinds(noted(162, text="HMDS connection attempt failed")) == ["history"]
