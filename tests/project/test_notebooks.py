"""The notebooks are kept as they are meant to be read: short, explained, and without a trace of a run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.project.tree import ROOT

NOTEBOOKS = sorted(ROOT.glob("notebooks/**/*.ipynb"))
LONGEST_CELL = 5
LIVE_TAGS = {"nbval-skip", "skip-execution"}

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)


def read(path: Path) -> dict[str, Any]:
    """Return a notebook as the JSON it is kept as."""
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def code_cells(path: Path) -> list[dict[str, Any]]:
    """Return the notebook's code cells in their order."""
    return [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]


def source(cell: dict[str, Any]) -> str:
    """Return a cell's text, which the format keeps as one string or as lines."""
    return "".join(cell["source"])


def test_there_is_a_quickstart() -> None:
    assert ROOT / "notebooks" / "00_quickstart.ipynb" in NOTEBOOKS


@every_notebook
def test_its_name_is_a_number_and_a_topic(path: Path) -> None:
    assert re.fullmatch(r"\d\d_[a-z0-9]+(_[a-z0-9]+)*\.ipynb", path.name)


@every_notebook
def test_it_keeps_no_outputs(path: Path) -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code_cells(path))


@every_notebook
def test_it_keeps_no_volatile_metadata(path: Path) -> None:
    notebook = read(path)
    assert set(notebook["metadata"]) <= {"kernelspec", "language_info"}
    assert "version" not in notebook["metadata"].get("language_info", {})
    assert notebook["metadata"].get("kernelspec", {}).get("name", "python3") == "python3"
    assert not {key for cell in notebook["cells"] for key in cell["metadata"]} - {"tags"}


@every_notebook
def test_it_opens_with_a_title(path: Path) -> None:
    first = read(path)["cells"][0]
    assert first["cell_type"] == "markdown" and source(first).startswith("# ")


@every_notebook
def test_every_code_cell_is_explained_before_it(path: Path) -> None:
    kinds = [cell["cell_type"] for cell in read(path)["cells"]]
    assert ("code", "code") not in zip(kinds, kinds[1:], strict=False)


@every_notebook
def test_its_code_cells_are_short(path: Path) -> None:
    lengths = [len(source(cell).splitlines()) for cell in code_cells(path)]
    assert all(1 <= length <= LONGEST_CELL for length in lengths), lengths


@every_notebook
def test_its_last_code_cell_tells_of_failures_and_stops_everything(path: Path) -> None:
    last = source(code_cells(path)[-1])
    assert "raise_if_failed()" in last and re.search(r"\bstop\b", last)


@every_notebook
def test_a_cell_for_a_live_broker_is_skipped_by_every_runner(path: Path) -> None:
    tags = [LIVE_TAGS.intersection(cell["metadata"].get("tags", ())) for cell in code_cells(path)]
    assert all(found in (set(), LIVE_TAGS) for found in tags)
