"""The cell that runs now: which one it is, what it shows, and when it has ended."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
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


def in_notebook() -> bool:
    """Whether there are cells at all."""
    return _shell() is not None


def show(thing: object) -> None:
    """Display something in the cell that runs now; nothing where there is no notebook."""
    if in_notebook():
        from IPython.display import display

        display(thing)  # type: ignore[no-untyped-call]


def at_end(function: Callable[[], object]) -> Callable[[], None]:
    """Call at the end of every cell from now on, still as a part of it, until what is returned is called."""
    shell = _shell()
    if shell is None:
        return lambda: None

    def ended(*_: object) -> None:
        function()

    def leave() -> None:
        # Whoever has left already is not registered any more.
        with suppress(ValueError):
            shell.events.unregister("post_run_cell", ended)

    shell.events.register("post_run_cell", ended)
    return leave


def _shell() -> Any:
    """IPython's, where it runs; the builtin of this name is gone before a cell has ended."""
    ipython = sys.modules.get("IPython")
    return ipython and ipython.get_ipython()
