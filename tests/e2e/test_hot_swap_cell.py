"""A cell run again in a real kernel: the live handler is another one then, and goes on from its state."""

from __future__ import annotations

from nbclient import NotebookClient
from nbformat import NotebookNode, v4

from tests.project.tree import ROOT

DEFINE = """
@handler(on=Quote, key="symbol", topic="counts")
def count(quote, state):
    step = 1
    total = added(state or 0, step)
    return total, [{"symbol": quote.symbol, "n": total, "step": step}]

def added(total, step):
    return total + step
"""
COUNTED = """
async def counted_by(step):
    while step not in list(session.history("counts").get("step", [])):
        await asyncio.sleep(0.01)
    return session.history("counts")["n"].max()
"""
CELLS = (
    "import asyncio\nfrom tradestream_nb import *",
    COUNTED,
    DEFINE,
    "session = await Session('sim', handlers=[count], seed=7, symbols=1, rate=50).start()",
    "before = await counted_by(1)",
    DEFINE.replace("step = 1", "step = 1000"),
    "await counted_by(1000)\nlog = session.history('counts')",
    """
steps = log["step"].tolist()
assert steps == sorted(steps) and set(steps) == {1, 1000}
grown = log["n"].diff().dropna().astype(int).tolist()
assert grown == steps[1:] and log["n"].iloc[-1] > before
session.raise_if_failed()
""",
    "await session.stop()\nsession",
)


async def test_running_a_cell_again_swaps_the_live_handler_and_keeps_its_state() -> None:
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in CELLS])  # type: ignore[no-untyped-call]
    client = NotebookClient(notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}})
    await client.async_execute()
    assert shown(notebook.cells[2]) == []
    [text] = shown(notebook.cells[5])
    assert text.startswith("count: swapped, state kept: ") and text.endswith(" would differ")
    assert shown(notebook.cells[-1]) == ["<Session sim: stopped>"]


def shown(cell: NotebookNode) -> list[str]:
    """What a cell has shown, as plain text."""
    return [output["data"]["text/plain"] for output in cell.outputs if "data" in output]
