"""Looking at what failed, and trying it again."""

from __future__ import annotations

import pytest

from tests.facts import START
from tests.hosted import LONG, Recorder, picky, wordy_count
from tradestream_nb import Quote, handler
from tradestream_nb.contract import Handler
from tradestream_nb.dead_letters import SHOWN, DeadLetters

UNLUCKY = Quote("A", last=13.0, ts=START)


def letters(recorder: Recorder) -> DeadLetters:
    return DeadLetters(recorder.host.dead_letters, recorder.host.retry)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(picky).feed(UNLUCKY, Quote("A", last=1.0), Quote("B", last=13.0, ts=START + 1))


def fixed(unlucky: str = "") -> Handler:
    """A version of `picky` that fails on one symbol only."""

    def picky(quote: Quote, state: int | None) -> tuple[int, list[object]]:
        if quote.symbol == unlucky:
            raise ValueError("still unlucky")
        return (state or 0) + 1, []

    return handler(on=Quote, key="symbol", topic="picky")(picky)


def test_it_is_a_sequence_of_what_failed(recorder: Recorder) -> None:
    found = letters(recorder)
    assert [letter.event.ts - START for letter in found] == [0, 1]
    assert (found[0].event, found[-1].key, len(found[:1])) == (UNLUCKY, "B", 1)
    assert repr(found) == "<DeadLetters: 2, newest ValueError: unlucky>"


def test_a_traceback_can_be_read_as_it_is_shown(recorder: Recorder) -> None:
    lines = repr(letters(recorder)[0].traceback).splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-1] == "ValueError: unlucky"
    assert any(line.strip() == 'raise ValueError("unlucky")' for line in lines)


def test_its_table_has_the_time_first(recorder: Recorder) -> None:
    frame = letters(recorder).df
    assert list(frame) == ["time", "handler", "version", "key", "event", "error"]
    assert frame["time"][0].isoformat() == "2026-01-05T14:30:00+00:00"
    assert frame["event"][0] == UNLUCKY


def test_after_a_fix_all_go_through_and_are_forgotten(recorder: Recorder) -> None:
    recorder.host.swap(fixed())
    done = letters(recorder).retry()
    assert (repr(done), done.succeeded, done.failed) == ("2 went through", 2, 0)
    assert len(letters(recorder)) == 0
    assert recorder.host.state("picky") == {"A": 2, "B": 1}


def test_after_half_a_fix_it_is_said_how_many_failed_again(recorder: Recorder) -> None:
    recorder.host.swap(fixed("B"))
    assert repr(letters(recorder).retry()) == "1 went through, 1 failed again"
    assert [letter.error for letter in letters(recorder)] == ["ValueError: still unlucky"]


def test_a_slice_is_retried_by_itself(recorder: Recorder) -> None:
    recorder.host.swap(fixed())
    assert repr(letters(recorder)[1:].retry()) == "1 went through"
    assert [letter.event for letter in letters(recorder)] == [UNLUCKY]


def test_nothing_is_a_table_and_can_be_retried(recorder: Recorder) -> None:
    none = letters(Recorder(picky))
    assert (repr(none), none._repr_html_(), repr(none.retry())) == (
        "<DeadLetters: none>",
        "no handler has failed",
        "nothing to retry",
    )
    assert none.df.shape == (0, 6)


def test_a_cell_shows_the_newest_and_how_many_there_are_beside() -> None:
    html = letters(Recorder(picky).feed(*[UNLUCKY] * (SHOWN + 5)))._repr_html_()
    assert html.count("<td>ValueError: unlucky") == SHOWN
    assert "<p>and 5 older ones</p>" in html


def test_a_cell_shows_the_traceback_of_the_newest(recorder: Recorder) -> None:
    _, _, newest = letters(recorder)._repr_html_().partition("<summary>Traceback of the newest</summary>")
    assert "raise ValueError(&quot;unlucky&quot;)" in newest


def test_a_handler_without_a_key_shows_none() -> None:
    @handler(on=Quote, topic="keyless")
    def keyless(quote: Quote) -> list[object]:
        raise ValueError

    html = letters(Recorder(keyless, picky).feed(UNLUCKY))._repr_html_()
    assert "<td></td>" in html and "NaN" not in html and "None" not in html.partition("<td>Quote")[0]


def test_a_long_error_is_shown_in_full() -> None:
    html = letters(Recorder(wordy_count()).feed(UNLUCKY))._repr_html_()
    assert f"<td>ValueError: {LONG}</td>" in html
