"""What the notebook's cell runs: `await show(name, symbols)` shows a contestant and keeps it moving."""

from __future__ import annotations

import pkgutil

CONTESTANTS = {
    "market": "tests.benchmarks.lab.ours:market",
    "view": "tests.benchmarks.lab.ours:view",
    "shipped": "tests.benchmarks.lab.ours:shipped",
    "bare": "tests.benchmarks.lab.ours:bare",
    "session": "tests.benchmarks.lab.ours:session",
    "html": "tests.benchmarks.lab.peers:html",
    "grid": "tests.benchmarks.lab.peers:grid",
    "perspective": "tests.benchmarks.lab.peers:perspective",
}
"""Each in a module that is imported by its own kernel only."""


async def show(name: str, symbols: int) -> object:
    """The moving widget of that name; nothing at all for `idle`, to know what a page costs by itself."""
    return None if name == "idle" else await pkgutil.resolve_name(CONTESTANTS[name])(symbols)
