"""Live widgets for a notebook, drawn by the same code as the dashboard."""

from __future__ import annotations

from tradestream_nb.views.base import LiveView
from tradestream_nb.views.board import BoardView
from tradestream_nb.views.feed import Feed
from tradestream_nb.views.panels import HealthView, PanelsView, PortfolioView, PricesView, SignalsView, TradesView
from tradestream_nb.views.shelf import Shelf

__all__ = [
    "BoardView",
    "Feed",
    "HealthView",
    "LiveView",
    "PanelsView",
    "PortfolioView",
    "PricesView",
    "Shelf",
    "SignalsView",
    "TradesView",
]
