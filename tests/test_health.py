"""How a stream is judged."""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts import START
from tradestream_nb.clock import SECOND
from tradestream_nb.health import StreamStatus, stream_status
from tradestream_nb.messages import HealthUpdate


def status(**changes: Any) -> StreamStatus:
    told: dict[str, Any] = {
        "now": START,
        "source": "ok",
        "seq": 7,
        "last_update": START - SECOND,
        "errors": 0,
        "stale_after": 10.0,
    }
    return stream_status("price_updates", **told | changes)


def test_a_stream_that_speaks_is_well() -> None:
    assert status() == StreamStatus("price_updates", "ok", 7, START - SECOND, 1.0, False, 0, "")


@pytest.mark.parametrize("source", ["starting", "failing", "stopped", "ended"])
def test_a_stream_is_in_the_state_of_its_source(source: str) -> None:
    assert status(source=source).state == source
    assert status(source=source, trouble="no route").text == "no route"
    silent = status(source=source, last_update=START - 3600 * SECOND)
    assert (silent.state, silent.stale) == (source, False)


def test_silence_makes_a_stream_stale_only_after_the_time_it_is_given() -> None:
    assert status(last_update=START - 10 * SECOND).state == "ok"
    stale = status(last_update=START - 10 * SECOND - 1)
    assert (stale.state, stale.stale, stale.text) == ("stale", True, "no news for 10 s")


def test_silence_is_normal_where_no_time_is_given() -> None:
    silent = status(last_update=START - 3600 * SECOND, stale_after=None)
    assert (silent.state, silent.age, silent.stale) == ("ok", 3600.0, False)


def test_trouble_in_a_running_stream_is_failing_and_says_what() -> None:
    failing = status(trouble="ValueError: unlucky", errors=3)
    assert (failing.state, failing.text, failing.errors) == ("failing", "ValueError: unlucky", 3)


def test_trouble_is_told_before_silence() -> None:
    both = status(trouble="ValueError: unlucky", last_update=START - 60 * SECOND)
    assert (both.state, both.stale, both.text) == ("failing", True, "ValueError: unlucky")


def test_a_note_changes_no_state_and_is_told_where_nothing_is_worse() -> None:
    noted, late = status(note="rolled back"), status(note="rolled back", last_update=START - 60 * SECOND)
    assert [(each.state, each.text) for each in (noted, late)] == [("ok", "rolled back"), ("stale", "no news for 60 s")]


def test_a_stream_that_has_not_spoken_has_no_age() -> None:
    assert (status(last_update=None).age, status(last_update=None).last_update) == (None, None)


def test_a_source_that_runs_but_never_spoke_is_stale_as_well() -> None:
    silent = status(last_update=None, since=START - 11 * SECOND)
    assert (silent.state, silent.age, silent.text) == ("stale", None, "no news for 11 s")
    assert status(last_update=None, since=START - 9 * SECOND).state == "ok"
    assert status(last_update=START, since=START - 3600 * SECOND).state == "ok"


def test_a_clock_behind_the_newest_message_gives_no_negative_age() -> None:
    assert status(last_update=START + 5 * SECOND).age == 0.0


def test_the_message_says_the_same() -> None:
    update = status(trouble="no route", errors=2).update(START)
    assert update == HealthUpdate("price_updates", "failing", START - SECOND, 7, 2, "no route", START)
