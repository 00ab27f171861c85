"""Live widgets for a notebook, drawn by the same code as the dashboard."""

from __future__ import annotations

from tradestream_nb.views.base import Feed, LiveView
from tradestream_nb.views.prices import PricesView

__all__ = ["Feed", "LiveView", "PricesView"]
