"""A session at a glance: what its cell shows."""

from __future__ import annotations

import re
from typing import Any

from tests.hosted import LONG, Recorder, broken_count, count
from tradestream_nb import Quote, handler
from tradestream_nb.health import StreamStatus
from tradestream_nb.manager import ManagerStatus
from tradestream_nb.overview import overview


@handler(on=Quote, topic="words")
def wordy(quote: Quote, *, text: str = LONG) -> list[Any]:
    """Have a parameter that takes many words."""
    return []


def status(text: str = "") -> ManagerStatus:
    stream = StreamStatus("words", "failing", 5, 1, 2.0, False, 3, text)
    return ManagerStatus("sim", "ok", "", 0, 0, {"words": stream})


def cells(shown: str) -> list[str]:
    return re.findall("<td>(.*?)</td>", shown)


def test_streams_come_first_and_then_handlers_with_what_they_run_with() -> None:
    recorder = Recorder(count)
    recorder.host.configure("count", {"step": 2})
    spec = recorder.host.specs["count"]
    shown = overview("<a session>", status("no <route>"), recorder.host)
    assert shown.startswith("<p>&lt;a session&gt;</p><table")
    assert cells(shown) == [
        *("words", "failing", "5", "3", "no &lt;route&gt;"),
        *(str(spec).replace(">", "&gt;"), spec.version, "step=2"),
    ]


def test_what_the_host_did_of_its_own_accord_is_listed() -> None:
    recorder = Recorder(count).feed(Quote("A"))
    version = recorder.host.specs["count"].version
    recorder.host.swap(broken_count())
    recorder.feed(*[Quote("A")] * 10)
    assert f"<ul><li>count rolled back to {version}" in overview("", status(), recorder.host)


def test_long_texts_are_shown_in_full() -> None:
    shown = cells(overview("", status(LONG), Recorder(wordy).host))
    assert LONG in shown and f"text={LONG!r}" in shown
