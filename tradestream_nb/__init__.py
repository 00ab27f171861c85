"""Live trading streams for JupyterLab: one small handler function, hosted by a cell, a session or a server."""

from typing import Any

from msgspec.structs import replace

from tradestream_nb.contract import handler
from tradestream_nb.dry_run import Run, run
from tradestream_nb.errors import TradestreamError, UserError
from tradestream_nb.events import AccountSnapshot, Bar, BrokerStatus, Fill, Position, Quote, Signal, Timer
from tradestream_nb.loading import load_handlers
from tradestream_nb.manager import StreamManager, get_stream_manager
from tradestream_nb.messages import (
    HealthUpdate,
    PortfolioUpdate,
    PositionLine,
    PriceUpdate,
    SignalRaised,
    TradeExecuted,
)
from tradestream_nb.nested import allow_nested_loops
from tradestream_nb.session import Session
from tradestream_nb.sources.replay import read_events
from tradestream_nb.strategies.evaluator import StrategyEvaluator

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
    "Run",
    "Session",
    "Signal",
    "SignalRaised",
    "StrategyEvaluator",
    "StreamManager",
    "Timer",
    "TradeExecuted",
    "TradestreamError",
    "UserError",
    "allow_nested_loops",
    "get_stream_manager",
    "handler",
    "load_handlers",
    "read_events",
    "replace",
    "run",
]


def load_ipython_extension(shell: Any) -> None:
    """Add `%tradestream` and `%%handler` to a notebook, for `%load_ext tradestream_nb`."""
    from tradestream_nb import magics

    magics.load_ipython_extension(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take them out again."""
    from tradestream_nb import magics

    magics.unload_ipython_extension(shell)
