"""A mistake of the user's own is told in one line, in a notebook too."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from tradestream_nb.errors import DataFileError, HandlerDefinitionError, TradestreamError, UserError


@pytest.fixture
def shell() -> InteractiveShell:
    shell = InteractiveShell()  # type: ignore[no-untyped-call]
    shell.user_ns["SourceError"] = SourceError
    return shell


class SourceError(UserError):
    """One of many."""


def test_a_cell_shows_the_sentence_and_no_traceback(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("raise SourceError(\"unknown source 'smi'; known: replay, sim\")")  # type: ignore[no-untyped-call]
    said = capsys.readouterr()
    assert (said.out + said.err).strip() == "SourceError: unknown source 'smi'; known: replay, sim"


def test_an_error_of_ours_keeps_its_traceback(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.user_ns["TradestreamError"] = TradestreamError
    shell.run_cell("raise TradestreamError('broken')")  # type: ignore[no-untyped-call]
    assert "Traceback" in capsys.readouterr().out


def test_errors_name_the_place_they_are_about() -> None:
    assert str(HandlerDefinitionError("takes no event", file="h.py", line=3)) == "h.py:3: takes no event"
    assert str(DataFileError("a.csv", "no number", row=4, column="close")) == "a.csv, row 4, column 'close': no number"
    assert str(DataFileError("a.csv", "no such file")) == "a.csv: no such file"
