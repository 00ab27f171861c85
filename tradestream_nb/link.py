"""An address that can be clicked."""

from __future__ import annotations

from html import escape


class Link(str):
    """A URL; a notebook shows it as a link."""

    def _repr_html_(self) -> str:
        return f'<a href="{escape(self)}" target="_blank" rel="noopener">{escape(self)}</a>'
