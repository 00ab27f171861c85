"""A shadow as a table, without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.facts import START
from tests.hosted import LONG, Recorder, broken_count, count, count_by, wordy_count
from tradestream_nb import PriceUpdate, Quote, handler
from tradestream_nb.errors import UserError
from tradestream_nb.views.shadow import SHOW_EVERY, SHOWN, ShadowView

QUOTE = Quote("A", last=1.0, ts=START)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(count).feed(QUOTE)


def here(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


def test_both_stand_side_by_side(recorder: Recorder) -> None:
    view = ShadowView(recorder.host, count_by(10), here)
    recorder.feed(QUOTE)
    assert view.df.to_dict("records")[0] | {"time": None} == {
        "time": None,
        "key": "A",
        "live": [{"symbol": "A", "n": 2}],
        "shadow": [{"symbol": "A", "n": 11}],
        "error": "",
    }
    assert "runs beside the live one: 1 of 1 events differ" in view.html()
    assert view.html().count("≠") == 1


def test_only_what_differs_is_a_difference(recorder: Recorder) -> None:
    same = ShadowView(recorder.host, count_by(1), here)
    recorder.feed(QUOTE, QUOTE)
    assert (len(same.df), len(same.differences)) == (2, 0)
    failing = ShadowView(recorder.host, broken_count(), here)
    recorder.feed(QUOTE)
    assert failing.differences["error"][0].startswith("ZeroDivisionError")


def test_it_is_drawn_once_a_second_and_only_when_something_came(recorder: Recorder) -> None:
    view = ShadowView(recorder.host, count_by(10), here)
    assert not view.pump(0.0)
    recorder.feed(QUOTE)
    assert view.pump(0.0) and not view.pump(SHOW_EVERY)
    recorder.feed(QUOTE)
    assert not view.pump(SHOW_EVERY / 2)
    assert view.pump(SHOW_EVERY)
    assert "2 of 2 events differ" in view._picture.value


def test_a_notebook_sees_of_messages_what_they_state_and_of_a_failure_its_text() -> None:
    @handler(on=Quote, key="symbol", topic="counts")
    def count(quote: Quote, state: None) -> tuple[None, list[PriceUpdate]]:
        return None, [PriceUpdate(quote.symbol, 2.5, ts=7)] * 2

    recorder = Recorder(count)
    view = ShadowView(recorder.host, broken_count(), here)
    recorder.feed(QUOTE)
    assert "PriceUpdate" not in view.html() and "&#x27;ts&#x27;" not in view.html() and "None" not in view.html()
    assert "2.5" in view.html() and "<td>ZeroDivisionError" in view.html()


def test_a_long_text_is_shown_in_full(recorder: Recorder) -> None:
    view = ShadowView(recorder.host, wordy_count(), here)
    recorder.feed(QUOTE)
    assert re.search(rf"<td>ValueError: {LONG} \(line \d+\)</td>", view.html())


def test_its_table_looks_like_those_that_cells_put_out(recorder: Recorder) -> None:
    view = ShadowView(recorder.host, count_by(10), here)
    assert view.children[0]._dom_classes == ("jp-RenderedHTMLCommon",)


def test_the_newest_rows_are_shown(recorder: Recorder) -> None:
    view = ShadowView(recorder.host, count_by(10), here)
    recorder.feed(*[QUOTE] * (SHOWN + 7))
    assert view.html().count("≠") == SHOWN


def test_stopping_keeps_what_was_compared(recorder: Recorder) -> None:
    view = ShadowView(recorder.host, count_by(10), here)
    recorder.feed(QUOTE)
    view.stop_button.click()
    recorder.feed(QUOTE)
    assert (view.running, len(view.df), view.stop_button.disabled) == (False, 1, True)
    assert "stopped: 1 of 1 events differ" in view._picture.value
    view.stop()


def test_closing_stops_it(recorder: Recorder) -> None:
    view = ShadowView(recorder.host, count_by(10), here)
    view.close()
    view.close()
    assert recorder.host.slot("count").shadow is None


def test_its_text_is_the_same_in_every_run(recorder: Recorder) -> None:
    assert ShadowView(recorder.host, count_by(10), here)._repr_mimebundle_()["text/plain"] == "<ShadowView count>"


def test_where_nothing_of_that_name_runs_it_is_told(recorder: Recorder) -> None:
    @handler(on=Quote, topic="own")
    def other(quote: Quote) -> list[Any]:
        return []

    with pytest.raises(UserError, match="no handler 'other'; there are count"):
        ShadowView(recorder.host, other, here)
