"""A proposal with its buttons, without a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.hosted import LONG, Recorder, count, count_by, numbers, wordy_count
from tradestream_nb import Quote
from tradestream_nb.candidate import propose
from tradestream_nb.views.proposal import ProposalView

QUOTE = Quote("A", last=1.0)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(count, record=10).feed(QUOTE)


def view_of(recorder: Recorder, step: int = 10) -> ProposalView:
    return ProposalView(propose(recorder.host, count_by(step)), lambda function, *arguments: function(*arguments))


def test_apply_swaps_and_keeps_the_state(recorder: Recorder) -> None:
    view = view_of(recorder)
    view.apply_button.click()
    recorder.feed(QUOTE)
    assert numbers(recorder) == [1, 11]
    assert (view.label.value, view.apply_button.disabled, view.leave_button.disabled) == (
        "swapped, state kept",
        True,
        True,
    )


def test_its_table_looks_like_those_that_cells_put_out(recorder: Recorder) -> None:
    assert view_of(recorder).children[0]._dom_classes == ("jp-RenderedHTMLCommon",)


def test_leave_lets_the_old_one_go_on(recorder: Recorder) -> None:
    view = view_of(recorder)
    view.leave_button.click()
    recorder.feed(QUOTE)
    assert numbers(recorder) == [1, 2]
    assert view.label.value == f"{recorder.host.specs['count'].version} goes on"
    assert view.apply_button.disabled


def test_what_was_swapped_meanwhile_is_told(recorder: Recorder) -> None:
    view = view_of(recorder)
    recorder.host.swap(count_by(5))
    view.apply_button.click()
    assert view.label.value == "count has been swapped since this was proposed; propose it again"


def test_a_new_handler_has_no_version_before_it() -> None:
    recorder = Recorder()
    view = view_of(recorder)
    view.leave()
    assert (view.label.value, list(recorder.host.specs)) == ("left out", [])
    view = view_of(recorder)
    view.apply()
    assert (view.label.value, list(recorder.host.specs)) == ("put in", ["count"])


def test_a_long_text_is_shown_in_full(recorder: Recorder) -> None:
    html = propose(recorder.host, wordy_count())._repr_html_()
    assert re.search(rf"<td>ValueError: {LONG} \(line \d+\)</td>", html)


def test_a_saved_notebook_shows_the_differences_and_the_decision(recorder: Recorder) -> None:
    view = view_of(recorder)
    bundle: dict[str, Any] = view._repr_mimebundle_()
    assert bundle["text/plain"] == repr(view.proposal)
    assert "<td>[{'n': 10}]</td>" in bundle["text/html"] and bundle["text/html"].endswith("<p>not decided</p>")
