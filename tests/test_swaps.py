"""Cells that define handlers while streams run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from tests.hosted import count
from tests.notebook import Notebook, opened
from tradestream_nb import Quote, definitions, handler, swaps
from tradestream_nb.hub import Hub
from tradestream_nb.pipeline import Pipeline
from tradestream_nb.reach import Reach
from tradestream_nb.swaps import Swaps

TEN = """
@handler(on=Quote, key="symbol", topic="counts")
def count(quote, state):
    total = (state or 0) + ten()
    return total, [{"symbol": quote.symbol, "n": total}]

def ten():
    return 10
"""
BROKEN = """
@handler(on=Quote, key="symbol", topic="counts")
def count(quote, state):
    return 1 // 0, []
"""


class Owner:
    """Who the listening is for."""


class Streams:
    """A pipeline with one handler, into which cells may put others."""

    def __init__(self) -> None:
        self.pipeline = Pipeline([count], Hub(), record=10)
        self.swaps, self.owner = Swaps(self.pipeline, Reach()), Owner()
        self.swaps.start(self.owner)

    def feed(self, times: int = 1) -> list[int]:
        """Let quotes come and give the counts that are known then."""
        for _ in range(times):
            self.pipeline.put(Quote("A", last=1.0))
        return [message["n"] for message in self.pipeline.hub.messages("counts")]


@pytest.fixture
def streams() -> Iterator[Streams]:
    streams = Streams()
    yield streams
    streams.swaps.stop()


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    with opened(monkeypatch) as notebook:
        yield notebook


def test_running_a_cell_again_swaps_the_handler_and_keeps_its_state(notebook: Notebook, streams: Streams) -> None:
    """What stands below the handler in the cell counts, too."""
    assert streams.feed(2) == [1, 2]
    assert notebook.text(TEN) == ["count: swapped, state kept: 2 of the last 2 events would differ"]
    assert streams.feed() == [1, 2, 12]


def test_the_cell_shows_what_would_have_differed(notebook: Notebook, streams: Streams) -> None:
    streams.feed(1)
    [shown] = notebook.run(TEN)
    assert "<td>[{'n': 1}]</td>" in shown["text/html"] and "<td>[{'n': 10}]</td>" in shown["text/html"]
    assert shown["text/html"].endswith("<p><b>swapped, state kept</b></p>")


def test_what_runs_keeps_the_helpers_it_was_defined_with(notebook: Notebook, streams: Streams) -> None:
    """So that the comparison tells the truth, and what comes between two cells does not count."""
    notebook.run(TEN)
    old = streams.pipeline.host.specs["count"].version
    assert streams.feed() == [10]
    notebook.names["ten"] = lambda: 1 // 0
    assert streams.feed() == [10, 20]
    [shown] = notebook.run(TEN.replace("return 10", "return 20"))
    assert shown["text/plain"] == "count: swapped, state kept: 2 of the last 2 events would differ"
    assert "<td>[{'n': 10}]</td>" in shown["text/html"] and "<td>[{'n': 20}]</td>" in shown["text/html"]
    assert streams.feed() == [10, 20, 40] and streams.pipeline.host.specs["count"].version != old


@pytest.mark.parametrize("cell", ["def ten():\n    return 20", "ten = lambda: LIMIT\nLIMIT = 20"])
def test_a_cell_that_changes_only_what_a_handler_uses_has_defined_it_anew(
    notebook: Notebook, streams: Streams, cell: str
) -> None:
    notebook.run(TEN)
    streams.feed()
    assert notebook.text(cell) == ["count: swapped, state kept: 1 of the last 1 events would differ"]
    assert streams.feed() == [10, 30]
    assert notebook.run(cell) == []


def test_a_constant_counts_and_so_does_what_cannot_be_compared(notebook: Notebook, streams: Streams) -> None:
    notebook.run("class Model:\n    step = 1\nmodel, limit = Model(), 5")
    notebook.run(TEN.replace("return 10", "return min(model.step, limit)"))
    assert streams.feed() == [1]
    assert notebook.run("model = Model()") == []
    [text] = notebook.text("model = Model()\nmodel.step = 4")
    assert text.endswith("1 of the last 1 events would differ")
    assert streams.feed() == [1, 5]
    [text] = notebook.text("limit = 2")
    assert text.endswith("2 of the last 2 events would differ")
    assert streams.feed() == [1, 5, 7]


def test_a_helper_that_breaks_is_not_put_in_and_told_of_once(notebook: Notebook, streams: Streams) -> None:
    notebook.run(TEN)
    streams.feed()
    [text] = notebook.text("def ten(): return 1 // 0")
    assert text.startswith("count: not put in; ") and "ZeroDivisionError" in text
    assert notebook.run("1 + 1") == [] and streams.feed() == [10, 20]
    [text] = notebook.text("def ten(): return 1")
    assert text == "count: swapped, state kept: 2 of the last 2 events would differ"
    assert streams.feed() == [10, 20, 21]


def test_one_that_asks_is_put_in_as_it_was_shown(notebook: Notebook, streams: Streams) -> None:
    notebook.run(TEN.replace('topic="counts"', 'topic="counts", swap="ask"'))
    notebook.names["ten"] = lambda: 1 // 0
    streams.swaps._asking["count"].apply_button.click()
    assert streams.feed() == [10]


def test_a_new_handler_is_put_in_with_its_topic(notebook: Notebook, streams: Streams) -> None:
    code = TEN.replace("counts", "others").replace("def count(", "def other(")
    assert notebook.text(code) == ["other: put in: a new handler"]
    streams.feed()
    assert streams.pipeline.hub.messages("others") == [{"symbol": "A", "n": 10}]


def test_a_cell_that_renames_a_handler_is_told_how_to_take_its_place(notebook: Notebook, streams: Streams) -> None:
    [text] = notebook.text(TEN.replace("def count(", "def tally("))
    assert text.startswith("tally: not put in: has the same topic as the one at ")
    assert text.endswith("; call it 'count' to take that one's place, or give it a topic of its own")
    assert list(streams.pipeline.host.specs) == ["count"] and streams.feed() == [1]


def test_what_fails_is_not_put_in_and_the_cell_says_why(notebook: Notebook, streams: Streams) -> None:
    streams.feed(2)
    version = streams.pipeline.host.specs["count"].version
    [text] = notebook.text(BROKEN)
    assert text.startswith(f"count: not put in; {version} goes on: fails where the running one does not, on 2 of the")
    assert notebook.ran and notebook.names["count"].__name__ == "count"
    assert streams.feed() == [1, 2, 3]


def test_of_two_definitions_in_a_cell_the_last_counts(notebook: Notebook, streams: Streams) -> None:
    streams.feed()
    assert len(notebook.run(BROKEN + TEN)) == 1
    assert streams.feed() == [1, 11]


def test_a_cell_that_fails_further_down_has_defined_it_all_the_same(notebook: Notebook, streams: Streams) -> None:
    notebook.run(f"{TEN}\nraise KeyError('later')")
    assert not notebook.ran
    assert streams.feed() == [10]


def test_one_that_asks_waits_for_its_button(notebook: Notebook, streams: Streams) -> None:
    streams.feed()
    code = TEN.replace('topic="counts"', 'topic="counts", swap="ask"')
    [shown] = notebook.run(code)
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert streams.feed() == [1, 2]
    first = streams.swaps._asking["count"]
    notebook.run(code)
    streams.swaps._asking["count"].apply_button.click()
    assert streams.feed() == [1, 2, 12]
    assert first.comm is None


def test_one_that_asks_and_may_not_has_no_button(notebook: Notebook, streams: Streams) -> None:
    streams.feed()
    [shown] = notebook.run(BROKEN.replace('topic="counts"', 'topic="counts", swap="ask"'))
    assert "not put in" in shown["text/plain"] and len(shown) == 2


def test_a_problem_of_ours_never_breaks_the_cell(
    notebook: Notebook, streams: Streams, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("broken inside")

    monkeypatch.setattr(swaps, "propose", fails)
    assert notebook.run(TEN) == []
    assert notebook.ran
    assert "handler 'count' could not be tried; the running one stays" in caplog.text
    assert streams.feed() == [1]


def test_nothing_is_heard_after_the_end(notebook: Notebook, streams: Streams) -> None:
    streams.swaps.stop()
    assert notebook.run(TEN) == []
    streams.swaps.start(streams.owner)
    notebook.names["swaps"] = streams.swaps
    assert notebook.run(f"{TEN}\nswaps.stop()") == []
    assert streams.feed() == [1]


def test_what_was_defined_anew_after_the_end_is_put_in_by_the_cell_that_starts_again(
    notebook: Notebook, streams: Streams
) -> None:
    notebook.names |= {"swaps": streams.swaps, "owner": streams.owner}
    notebook.run(TEN)
    assert streams.feed() == [10]
    assert notebook.run("swaps.stop()") == notebook.run(TEN.replace("+ ten()", "+ 2 * ten()")) == []
    assert notebook.text("swaps.start(owner)") == ["count: swapped, state kept: 1 of the last 1 events would differ"]
    assert streams.feed() == [10, 30]


def test_an_older_version_that_a_session_was_given_stays_at_its_start(notebook: Notebook, streams: Streams) -> None:
    notebook.run(f"{TEN}\nold = count")
    notebook.run(TEN.replace("+ ten()", "+ 2 * ten()"))
    pipeline = Pipeline([notebook.names["old"]], Hub(), record=10)
    streams.swaps.stop()
    notebook.names |= {"swaps": Swaps(pipeline, Reach()), "owner": streams.owner}
    for _ in range(2):
        assert notebook.run("swaps.start(owner)") == notebook.run("swaps.stop()") == []


def test_the_end_leaves_no_hook_in_the_notebook(notebook: Notebook, streams: Streams) -> None:
    hooks = notebook.hooks
    streams.swaps.stop()
    assert hooks == 1 and notebook.hooks == 0


def test_what_is_defined_in_a_module_is_nobodys_swap(notebook: Notebook, streams: Streams) -> None:
    @handler(on=Quote, key="symbol", topic="counts")
    def count(quote: Quote, state: int | None) -> tuple[int, list[Any]]:
        return 100, [{"n": 100}]

    notebook.run("1")
    assert streams.feed() == [1]


def test_without_a_notebook_it_is_put_in_at_once_and_in_silence(
    streams: Streams, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(f"from tradestream_nb import Quote, handler\n{TEN}", {"__name__": "__main__"})
    assert streams.pipeline.host.specs["count"].file == "<string>"
    assert capsys.readouterr() == ("", "")


def test_a_forgotten_owner_takes_the_listening_with_it() -> None:
    before = len(definitions._listeners)
    streams = Streams()
    assert len(definitions._listeners) == before + 1
    del streams
    gc.collect()
    assert len(definitions._listeners) == before
