"""A file of faults, in TOML: one `[[fault]]` after the other, each with its kind and when it happens."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import msgspec

from tradestream_nb.errors import UserError
from tradestream_nb.sim.tws.faults import Fault
from tradestream_nb.sim.tws.trouble import ExecutionTrouble

TABLE = "fault"
_KEY = re.compile(r"(?: - at `\$\.?(?P<where>[^`]*)`| ?field `(?P<named>[^`]*)`)")


def read_script(path: Path) -> list[Fault]:
    """The faults of a file, in its order; raises UserError naming the row (the how manieth fault) and the key."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: {error}") from None
    rows = content.pop(TABLE, [])
    if content:
        raise UserError(f"{path}: key {next(iter(content))!r} is not known; every fault begins with [[{TABLE}]]")
    if not isinstance(rows, list):
        raise UserError(f"{path}: [{TABLE}] is one table; write [[{TABLE}]], with two brackets")
    return [_fault(path, number, row) for number, row in enumerate(rows, 1)]


def kinds() -> list[str]:
    """The kinds of fault there are, sorted."""
    return sorted(str(each.__struct_config__.tag) for each in get_args(Fault))


def _fault(path: Path, number: int, row: Any) -> Fault:
    try:
        fault: Fault = msgspec.convert(row, Fault)
    except msgspec.ValidationError as error:
        raise UserError(f"{path}, row {number}, {_explain(str(error), row)}") from None
    return fault


def _explain(problem: str, row: Any) -> str:
    found = _KEY.search(problem)
    key = (found["where"] or found["named"] or "kind") if found else "kind"
    if key == "kind":
        said = f"{row['kind']!r} is no kind of fault" if isinstance(row, dict) and "kind" in row else "missing"
        return f"key 'kind': {said}; it is one of {', '.join(kinds())}"
    if "unknown field" in problem:
        return f"key {key!r}: {row['kind']} has none of that name"
    if "missing required" in problem:
        return f"key {key!r}: {row['kind']} needs it"
    if "enum value" in problem:
        return f"key {key!r}: {row[key]!r} is none of {', '.join(get_args(ExecutionTrouble))}"
    expected = problem.partition(" - at")[0].replace("`", "").lower()
    return f"key {key!r}: {expected} and not {row[key]!r}"
