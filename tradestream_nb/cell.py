"""The cell that runs now: which one it is, what it shows, and when it has ended."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple


class Cell(NamedTuple):
    """A notebook's cell and which run of it."""

    id: str
    run: str


def running_cell() -> Cell | None:
    """The cell that runs now; None where no notebook says."""
    parent = getattr(_shell(), "parent_header", {})
    cell = parent.get("metadata", {}).get("cellId")
    return Cell(cell, parent["header"]["msg_id"]) if cell else None


def show(thing: object) -> None:
    """Display something in the cell that runs now; nothing where there is no notebook."""
    if _shell() is not None:
        from IPython.display import display

        display(thing)  # type: ignore[no-untyped-call]


def at_end(function: Callable[[], object]) -> None:
    """Call once when the cell that runs now has ended, still as a part of it; at once where there is no notebook."""
    shell = _shell()
    if shell is None:
        function()
        return

    def once(*_: object) -> None:
        shell.events.unregister("post_run_cell", once)
        function()

    shell.events.register("post_run_cell", once)


def _shell() -> Any:
    """IPython's, where it runs; the builtin of this name is gone before a cell has ended."""
    ipython = sys.modules.get("IPython")
    return ipython and ipython.get_ipython()
