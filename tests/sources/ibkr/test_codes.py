"""What the broker's numbered messages mean."""

from __future__ import annotations

import pytest

from tradestream_nb.sources.ibkr.codes import MEANINGS, Notice, notice_of


@pytest.mark.parametrize(
    ("code", "text", "kind", "state", "says"),
    [
        (200, "No security definition has been found", "unknown", "failing", "knows no contract AAPL"),
        (
            354,
            "Requested market data is not subscribed.",
            "no_data",
            "failing",
            "no market data for AAPL.*data=delayed",
        ),
        (10167, "Displaying delayed market data", "delayed", "ok", "AAPL are delayed"),
        (10089, "requires additional subscription", "delayed", "ok", "AAPL are delayed"),
        (10197, "No market data during competing live session", "competing", "failing", "logged in elsewhere"),
        (321, "Error validating request.-'bP' : cause", "refused", "failing", "asked about AAPL: Error validating"),
        (326, "Unable to connect as the client id is already in use", "taken", "failing", "choose another client_id"),
        (1100, "Connectivity between IB and TWS has been lost.", "lost", "stale", "old until it is back"),
        (1101, "restored - data lost", "back_empty", "ok", "asked for again"),
        (1102, "restored - data maintained", "back", "ok", "all data kept"),
    ],
)
def test_a_code_is_told_in_words_a_trader_understands(code: int, text: str, kind: str, state: str, says: str) -> None:
    notice = notice_of(code, text, "AAPL")
    assert notice is not None and (notice.kind, notice.state) == (kind, state)
    assert says.split(".*")[0] in notice.text and says.split(".*")[-1] in notice.text


@pytest.mark.parametrize(
    ("text", "kind", "state"),
    [
        ("Historical Market Data Service error message:Historical data request pacing violation", "pacing", "failing"),
        ("Historical Market Data Service error message:HMDS query returned no data: X@SMART Trades", "history", "ok"),
        ("Historical Market Data Service error message:No market data permissions for NYSE STK", "history", "failing"),
        ("Historical Market Data Service error message:Invalid step: 7", "history", "failing"),
        ("Keine Daten vorhanden", "history", "failing"),
    ],
)
def test_the_many_meanings_of_162_are_told_apart_by_its_text(text: str, kind: str, state: str) -> None:
    notice = notice_of(162, text, "AAPL")
    assert notice is not None and (notice.kind, notice.state, notice.subject) == (kind, state, "AAPL")


def test_a_text_that_is_not_understood_is_shown() -> None:
    notice = notice_of(162, "Historical Market Data Service error message: Keine  Daten", "AAPL")
    assert notice is not None and notice.text == "IBKR gave no past bars of AAPL: Keine Daten"


def test_our_own_cancelling_of_past_bars_is_no_news() -> None:
    assert notice_of(162, "Historical Market Data Service error message:API historical data query cancelled: 4") is None


def test_a_farm_is_named_by_the_end_of_its_message() -> None:
    down = notice_of(2103, "Market data farm connection is broken:usfarm.nj")
    up = notice_of(2104, "Market data farm connection is OK:usfarm.nj")
    assert isinstance(down, Notice) and isinstance(up, Notice)
    assert (down.kind, up.kind, down.subject, up.subject) == ("farm_down", "farm_up", "usfarm.nj", "usfarm.nj")


def test_a_code_without_a_meaning_here_is_no_trouble() -> None:
    assert notice_of(2119, "Market data farm is connecting:usfarm") is None


@pytest.mark.parametrize("code", MEANINGS)
def test_every_meaning_is_a_whole_sentence_even_with_nothing_known(code: int) -> None:
    notice = notice_of(code, "")
    assert notice is not None and notice.text[0].isupper() and "{" not in notice.text
