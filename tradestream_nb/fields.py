"""A fact as a small table: what a notebook shows when one is the last line of a cell."""

from __future__ import annotations

from html import escape

import msgspec

from tradestream_nb.clock import iso


def fields_html(fact: msgspec.Struct) -> str:
    """One row per field that has a value; `ts` as a time in UTC."""
    known = {name: getattr(fact, name) for name in fact.__struct_fields__}
    shown = {name: iso(value) if name == "ts" and value else value for name, value in known.items()}
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value if isinstance(value, str) else repr(value))}</td></tr>"
        for name, value in shown.items()
        if value is not None
    )
    return f"<table><caption>{type(fact).__name__}</caption>{rows}</table>"
