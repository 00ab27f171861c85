"""A handler as a notebook shows it when it is the last line of a cell."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any


def card(line: str, about: str, parameters: Mapping[str, Any], foot: str) -> dict[str, str]:
    """The line as text; as HTML also what the handler does, its parameters with their values, and the foot."""
    title, _, rest = line.partition(":")
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(repr(value))}</td></tr>" for name, value in parameters.items()
    )
    head = "<tr><th>parameter</th><th>default</th></tr>"
    parts = (
        f"<b>{escape(title)}</b>:{escape(rest)}",
        f"<br>{escape(about)}" if about else "",
        f"<table>{head}{rows}</table>" if rows else "<br>",
        f"<small>{escape(foot)}</small>",
    )
    return {"text/plain": line, "text/html": "".join(parts)}
