"""A notebook run twice in a real kernel, which is then restarted while it serves: nothing stays behind."""

from __future__ import annotations

import asyncio
import json
import os
from ast import literal_eval
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import urlsplit

import nbformat
import pytest
from nbclient import NotebookClient

from tests.patience import PATIENCE
from tests.project.tree import ROOT

SERVE = "await session.serve(port=0)"
HELD = """
import gc, os, psutil, threading
gc.collect()
process = psutil.Process()
{
    "tradestream": [thread.name for thread in threading.enumerate() if thread.name == "tradestream"],
    "threads": threading.active_count(),
    "ports": len([c for c in process.net_connections() if c.status == "LISTEN"]),
    "files": len(os.listdir("/dev/fd")),
    "children": len(process.children(recursive=True)),
    "pid": os.getpid(),
}
"""


class Kernel:
    """One kernel, and the cells it runs."""

    def __init__(self, client: NotebookClient) -> None:
        self._client = client

    async def run(self, source: str) -> str:
        """Run a cell, and give the text it has put out last."""
        cell: Any = nbformat.v4.new_code_cell(source)  # type: ignore[no-untyped-call]
        self._client.nb.cells.append(cell)
        await self._client.async_execute_cell(cell, len(self._client.nb.cells) - 1)
        texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
        return str(texts[-1]) if texts else ""

    async def held(self) -> dict[str, Any]:
        """What the kernel holds."""
        return dict(literal_eval(await self.run(HELD)))

    async def restart(self) -> None:
        """What the button in the notebook does."""
        # Their types are those of the clients that block.
        manager, client = cast(Any, self._client.km), cast(Any, self._client.kc)
        await manager.restart_kernel(now=False)
        await client.wait_for_ready(timeout=PATIENCE)


@asynccontextmanager
async def opened() -> AsyncIterator[Kernel]:
    """A kernel for the length of the block."""
    resources = {"metadata": {"path": str(ROOT)}}
    notebook = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    client = NotebookClient(notebook, timeout=60, kernel_name="python3", resources=resources)
    async with client.async_setup_kernel():
        yield Kernel(client)


@pytest.fixture
def cells() -> list[str]:
    """The quickstart's code, which serves its session before it stops it."""
    notebook = json.loads((ROOT / "notebooks" / "00_quickstart.ipynb").read_text(encoding="utf-8"))
    *code, stop = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [*code, SERVE, stop]


async def test_all_cells_run_twice_and_a_restart_leave_no_thread_port_or_process(cells: list[str]) -> None:
    async with opened() as kernel:
        runs = []
        for _ in range(2):
            for cell in cells:
                await kernel.run(cell)
            runs.append(await kernel.held())
        assert runs[0] == runs[1]
        assert runs[0]["tradestream"] == [] and runs[0]["children"] == 0
        [start] = [cell for cell in cells if "session.start()" in cell]
        await kernel.run(start)
        port = urlsplit((await kernel.run(SERVE)).strip("'")).port or 0
        assert await answers(port)
        assert (await kernel.held())["tradestream"] == ["tradestream"]
        await kernel.restart()
        fresh = await kernel.held()
        assert not await answers(port)
    assert fresh["tradestream"] == [] and fresh["children"] == 0
    assert fresh["ports"] == runs[0]["ports"]
    assert not alive(runs[0]["pid"]) and not alive(fresh["pid"])


async def answers(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


def alive(pid: int) -> bool:
    """Whether a process has not ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
