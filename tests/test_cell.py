"""The cell that runs now."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.notebook import Notebook, opened
from tests.sessions import run_cell
from tradestream_nb.cell import Cell, at_end, running_cell, show


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    with opened(monkeypatch) as notebook:
        notebook.names |= {"at_end": at_end, "show": show, "said": []}
        yield notebook


def test_where_no_notebook_is_there_is_no_cell_and_nothing_to_show(capsys: pytest.CaptureFixture[str]) -> None:
    at_end(lambda: show("end"))()
    show("thing")
    assert (running_cell(), capsys.readouterr().out) == (None, "")


def test_a_cell_is_known_by_its_id_and_its_run(monkeypatch: pytest.MonkeyPatch) -> None:
    run_cell(monkeypatch, "a", "1")
    assert running_cell() == Cell("a", "1")


def test_the_end_of_each_cell_is_a_part_of_it_until_nobody_waits_for_it(notebook: Notebook) -> None:
    assert notebook.text("leave = at_end(lambda: show('end'))\nshow('middle')") == ["'middle'", "'end'"]
    assert notebook.text("show('next')") == ["'next'", "'end'"]
    assert notebook.text("leave()\nleave()") == []


def test_the_end_of_a_cell_that_fails_comes_too(notebook: Notebook) -> None:
    assert notebook.text("at_end(lambda: show('end'))\n1 / 0") == ["'end'"]
