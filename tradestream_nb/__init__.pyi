"""What `from tradestream_nb import ...` offers; each is imported when it is first asked for."""

from .contract import handler
from .dry_run import Run, run
from .errors import TradestreamError, UserError
from .events import AccountSnapshot, Bar, BrokerStatus, Fill, Position, Quote, Signal, Timer, replace
from .loading import load_handlers
from .manager import StreamManager, get_stream_manager
from .messages import (
    HealthUpdate,
    PortfolioUpdate,
    PositionLine,
    PriceUpdate,
    SignalRaised,
    TradeExecuted,
)
from .nested import allow_nested_loops
from .session import Session
from .sources.replay import read_events
from .strategies.evaluator import StrategyEvaluator

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

def load_ipython_extension(shell: object) -> None: ...
def unload_ipython_extension(shell: object) -> None: ...
