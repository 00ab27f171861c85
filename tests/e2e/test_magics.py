"""The magics in a real kernel: nothing blocks it, and a mistake shows as one line."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.project.tree import ROOT

CELLS = (
    "%load_ext tradestream_nb",
    "%tradestream start sim symbols=3 rate=50 price_interval=0",
    "from tradestream_nb import PriceUpdate, Quote",
    "%%handler on=Quote key=symbol topic=mine\ndef mine(quote, last):\n    return quote.price, []",
    "import asyncio\nwhile len(session.df('price_updates')) < 3:\n    await asyncio.sleep(0.01)",
    "mine(Quote('AAPL', last=2.0), None)",
    "%tradestream start simm",
    "%%handler on=Quote topic=mine\ndef mine():\n    pass",
    "await session.stop()\n%tradestream status",
    "%tradestream start sim\n%tradestream stop\n%unload_ext tradestream_nb",
)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[list[dict[str, Any]]]:
    """What each cell has put out."""
    folder = tmp_path_factory.mktemp("kernel")
    v4: Any = nbformat.v4
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in CELLS])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("IPYTHONDIR", str(folder))
        resources = {"metadata": {"path": str(folder)}}
        NotebookClient(notebook, timeout=60, allow_errors=True, resources=resources).execute()
    return [cell["outputs"] for cell in notebook["cells"]]


def shown(output: dict[str, Any]) -> str:
    """What a cell shows, in plain text."""
    return str(output["data"]["text/plain"] if "data" in output else output["text"])


def told(outputs: list[dict[str, Any]]) -> list[str]:
    """The lines of a mistake, which are the only output, in one piece or several."""
    assert {output.get("name") for output in outputs} == {"stderr"}
    return "".join(output["text"] for output in outputs).splitlines()


def test_a_session_runs_beside_the_kernel_and_can_be_awaited(outputs: list[list[dict[str, Any]]]) -> None:
    assert "".join(map(shown, outputs[0] + outputs[2] + outputs[4])) == ""
    assert shown(outputs[1][-1]) == "<Session sim: running>"
    assert shown(outputs[5][-1]) == "(2.0, [])"
    assert shown(outputs[8][-1]) == "<Session sim: stopped>"
    assert not [output for cell in outputs for output in cell if output["output_type"] == "error"]


def test_a_mistake_is_one_line_without_a_traceback(outputs: list[list[dict[str, Any]]]) -> None:
    assert told(outputs[6]) == ["UsageError: unknown source 'simm'; known: ibkr, ibkr-sim, replay, sim"]
    [line] = told(outputs[7])
    assert line.startswith("UsageError: line 1: handler 'mine' takes (event) or (event, state)")
