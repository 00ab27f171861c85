"""The cell that runs now."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from tests.notebook import Notebook, opened
from tests.sessions import run_cell
from tradestream_nb.cell import Cell, at_end, running_cell, show
from tradestream_nb.cell_logs import keep_logs_out


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


@contextmanager
def unread() -> Iterator[logging.Logger]:
    """The package's logger, while nobody has set up logging."""
    logger = logging.getLogger("tradestream_nb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logging.root, "handlers", [])
        patch.setattr(logger, "handlers", [])
        yield logger


def test_a_threads_warning_lands_in_no_cell(notebook: Notebook, capsys: pytest.CaptureFixture[str]) -> None:
    with unread() as logger:
        keep_logs_out()
        keep_logs_out()
        thread = Thread(target=logger.warning, args=["from a thread"])
        thread.start()
        thread.join()
        logger.warning("from the cell")
    assert capsys.readouterr().err == "from the cell\n"


@pytest.mark.parametrize("name", ["", "tradestream_nb", "tradestream_nb.manager"])
def test_who_has_set_up_logging_reads_everything_once(
    notebook: Notebook, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    with unread() as logger, pytest.MonkeyPatch.context() as patch:
        keep_logs_out()
        there = logging.getLogger(name)
        patch.setattr(there, "handlers", [*there.handlers, caplog.handler])
        logger.getChild("manager").warning("read")
    assert (caplog.messages, capsys.readouterr().err) == (["read"], "")


def test_where_no_notebook_is_logs_are_left_alone() -> None:
    with unread() as logger:
        keep_logs_out()
        assert logger.handlers == []
