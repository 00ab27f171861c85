"""Live trading streams for JupyterLab: one small handler function, hosted by a cell, a session or a server."""

from msgspec.structs import replace

from tradestream_nb.contract import handler
from tradestream_nb.events import AccountSnapshot, Bar, BrokerStatus, Fill, Position, Quote, Signal, Timer
from tradestream_nb.messages import (
    HealthUpdate,
    PortfolioUpdate,
    PositionLine,
    PriceUpdate,
    SignalRaised,
    TradeExecuted,
)

__all__ = [
    "AccountSnapshot",
    "Bar",
    "BrokerStatus",
    "Fill",
    "HealthUpdate",
    "PortfolioUpdate",
    "Position",
    "PositionLine",
    "PriceUpdate",
    "Quote",
    "Signal",
    "SignalRaised",
    "Timer",
    "TradeExecuted",
    "handler",
    "replace",
]
