"""Loops inside loops, for those who want the synchronous calls of a broker's library in a notebook."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from tradestream_nb.errors import UserError

SUCCESSOR, ORIGINAL = "nest_asyncio2", "nest_asyncio"
FIRST_BROKEN_KERNEL = 7
"""From this ipykernel on, the original loses the cells that wait behind the first nested call, without a word."""


def allow_nested_loops(
    *, installed: Callable[[str], object | None] = find_spec, load: Callable[[str], Any] = import_module
) -> None:
    """Let synchronous calls such as `ib.reqContractDetails` run inside this thread's running loop.

    Nothing else needs it: `await` works everywhere. Raises UserError where it would do harm or cannot be done.
    """
    if installed(SUCCESSOR):
        name = SUCCESSOR
    elif not installed(ORIGINAL):
        raise UserError(f"nested loops need {SUCCESSOR}; run: pip install {SUCCESSOR}")
    elif kernel_version() >= FIRST_BROKEN_KERNEL:
        raise UserError(
            f"{ORIGINAL} makes queued cells vanish on ipykernel {kernel_version()}; run: pip install {SUCCESSOR}, "
            "then restart the kernel, or use await and the library's …Async methods"
        )
    else:
        name = ORIGINAL
    try:
        load(name).apply()
    except ValueError as problem:
        raise UserError(f"this thread's event loop cannot be nested ({problem}); use await instead") from None


def kernel_version() -> int:
    """The major version of the ipykernel that runs this process, 0 where none does."""
    kernel = sys.modules.get("ipykernel")
    return int(getattr(kernel, "version_info", (0,))[0]) if kernel is not None else 0
