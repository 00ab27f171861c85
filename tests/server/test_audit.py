"""What the log says of those who come and go."""

from __future__ import annotations

import json

import pytest

from tests.server.doors import knock
from tradestream_nb import logs
from tradestream_nb.server import audit
from tradestream_nb.server.counters import Counters
from tradestream_nb.server.web.http import text

SEEN = Counters(
    remote="192.0.2.7",
    identity="desk",
    mode="v1",
    codec="json",
    connected=1_767_623_400_000_000,
    delivered=12,
    sent=3456,
    conflated=7,
    dropped=1,
    buffered=0,
    lag_ms=0,
)
WHO = {"client": "7", "remote": "192.0.2.7", "identity": "desk"}


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The one record that was written, without its time."""
    record: dict[str, object] = json.loads(capsys.readouterr().err)
    assert record.pop("ts") and record.pop("logger") == "tradestream_nb.server.audit"
    return record


def test_who_comes_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json")
    audit.connected("7", SEEN)
    message = "client 7 connected from 192.0.2.7 as desk (v1, json)"
    assert said(capsys) == {
        "level": "INFO",
        "message": message,
        "event": "connected",
        **WHO,
        "mode": "v1",
        "codec": "json",
    }


def test_who_goes_is_told_with_the_reason_and_what_it_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json")
    audit.disconnected("7", SEEN, "slow", seconds=12.34567)
    record = said(capsys)
    given = {"delivered": 12, "sent": 3456, "conflated": 7, "dropped": 1}
    assert record == {
        "level": "INFO",
        "message": "client 7 from 192.0.2.7 has gone (slow)",
        "event": "disconnected",
        **WHO,
        "reason": "slow",
        "seconds": 12.346,
        **given,
    }


def test_who_says_who_it_is_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json")
    audit.authenticated("7", "192.0.2.7", "desk")
    message = "client 7 from 192.0.2.7 is desk"
    assert said(capsys) == {"level": "INFO", "message": message, "event": "authenticated", **WHO}


def test_who_breaks_a_rule_is_told_of_as_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json")
    audit.violation("7", "192.0.2.7", 4429, "too many requests")
    record = said(capsys)
    assert (record["level"], record["event"], record["code"]) == ("WARNING", "violation", 4429)
    assert record["message"] == "client 7 from 192.0.2.7 is closed: too many requests"


def test_who_is_turned_away_is_told_without_the_address_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json")
    audit.refused(knock("/status", query="token=secret", remote="192.0.2.7"), text(401, "this needs a token"))
    assert said(capsys) == {
        "level": "WARNING",
        "message": "refused 192.0.2.7: this needs a token",
        "event": "refused",
        "remote": "192.0.2.7",
        "path": "/status",
        "status": 401,
        "reason": "this needs a token",
    }
