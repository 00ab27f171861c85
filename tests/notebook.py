"""Runs cells in IPython itself, with widgets that have no browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import comm
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from tests.views.conftest import RecordingComm

HEAD = "from tradestream_nb import *"


class Notebook:
    """One shell with its names."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self.names: dict[str, Any] = shell.user_ns
        self.ran = True
        """Whether the last cell ran to its end."""

    @property
    def hooks(self) -> int:
        """How many wait for the end of each cell."""
        return len(self._shell.events.callbacks["post_run_cell"])

    def run(self, cell: str) -> list[dict[str, Any]]:
        """What a cell shows, as bundles of kinds."""
        with capture_output() as captured:
            self.ran = bool(self._shell.run_cell(cell).success)
        return [dict(output.data) for output in captured.outputs]

    def text(self, cell: str) -> list[str]:
        """What a cell shows, as plain text."""
        return [output["text/plain"] for output in self.run(cell)]


@contextmanager
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    """A notebook in which the package's names are known."""
    monkeypatch.setattr(comm, "create_comm", RecordingComm)
    notebook = Notebook(InteractiveShell.instance())
    notebook.run(HEAD)
    yield notebook
    InteractiveShell.clear_instance()
