"""The built browser code that comes with the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tradestream_nb.errors import UserError

STATIC = Path(__file__).parents[1] / "static"


@cache
def asset(name: str) -> str:
    """The text of a built file; UserError when the package was not built."""
    try:
        return (STATIC / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{name} has not been built; run `pip install -e .` in the project's folder") from None
