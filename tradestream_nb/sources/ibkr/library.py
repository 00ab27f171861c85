"""The seam: the only importer of ib_insync, or of ib_async where that is what is installed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from importlib.util import find_spec
from typing import Any

from tradestream_nb.errors import SourceError
from tradestream_nb.sources.ibkr.symbols import ContractName

logger = logging.getLogger(__name__)

ORDERING = ("placeOrder", "cancelOrder", "reqGlobalCancel", "exerciseOptions")
"""What a read-only source does not let through."""
BURST = (4, 0.1)
"""So many messages in so many seconds. The library's own 45 in 1 s can be 90 in what TWS counts as one."""


def library_name(find: Callable[[str], object | None] = find_spec) -> str:
    """The library that is installed; raises SourceError, with the way out, when it is none or both."""
    found = [name for name in ("ib_insync", "ib_async") if find(name)]
    if len(found) > 1:
        raise SourceError(
            "ibkr: ib_insync and ib_async are both installed and break each other; keep one: "
            "pip uninstall -y ib_async aeventkit, then pip install --force-reinstall ib_insync eventkit"
        )
    if not found:
        raise SourceError("ibkr: the broker's library is missing; run: pip install 'tradestream_nb[ibkr]'")
    return found[0]


def load() -> Any:
    """Import the library that is installed; call it on a running loop.

    ib_insync takes the loop from the policy and not the one that runs, so that it has to be told which that is.
    """
    asyncio.set_event_loop(asyncio.get_running_loop())
    if library_name() == "ib_async":
        import ib_async

        return ib_async
    import ib_insync

    return ib_insync


def make_ib(*, readonly: bool) -> Any:
    """A new IB object for the running loop, whose `…Async` methods are all coroutine functions.

    Some of the library's own begin their work where they are called, on whatever thread that is; these begin it
    where they are awaited, so that a notebook may make one and hand it to the loop.
    """
    library = load()
    _quieten(logging.getLogger(library.__name__))
    ib = library.IB()
    ib.client.MaxRequests, ib.client.RequestsInterval = BURST
    for name in [name for name in dir(ib) if name.endswith("Async")]:
        setattr(ib, name, _begun_when_awaited(getattr(ib, name)))
    for name in ORDERING if readonly else ():
        setattr(ib, name, _refused)
    return ib


def forget(ib: Any) -> None:
    """Drop what is left of a connection that has ended; the library does so only when the other side ended it."""
    ib.wrapper.connectionClosed()


def make_contract(name: ContractName) -> Any:
    """The library's own object for a contract that is asked for."""
    return load().Contract(
        symbol=name.symbol,
        secType=name.sec_type,
        exchange=name.exchange,
        currency=name.currency,
        lastTradeDateOrContractMonth=name.expiry,
    )


def tap(ib: Any, executed: Callable[[Any, Any], None], commissioned: Callable[[Any], None]) -> None:
    """Hear of every execution and commission as it comes in.

    The library's own events leave out what was executed by hand, by other programs or while the connection was
    down, and it forgets a commission that comes before its execution.
    """
    wrapper = ib.wrapper
    on_execution, on_commission = wrapper.execDetails, wrapper.commissionReport

    def heard_execution(request_id: int, contract: Any, execution: Any) -> None:
        guarded(executed)(contract, execution)
        on_execution(request_id, contract, execution)

    def heard_commission(report: Any) -> None:
        guarded(commissioned)(report)
        on_commission(report)

    wrapper.execDetails, wrapper.commissionReport = heard_execution, heard_commission


def guarded(callback: Callable[..., None]) -> Callable[..., None]:
    """The callback, whose failure is logged: one of the libraries would say nothing of it."""

    @wraps(callback)
    def called(*arguments: Any) -> None:
        try:
            callback(*arguments)
        except Exception:
            logger.exception("a callback of the broker failed")

    return called


def _quieten(library: logging.Logger) -> None:
    """Keep the library's log to what is wrong, unless someone wants it otherwise: it tells of every tick of P&L."""
    if library.level == logging.NOTSET:
        library.setLevel(logging.WARNING)


def _begun_when_awaited(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    @wraps(method)
    async def begun(*arguments: Any, **options: Any) -> Any:
        return await method(*arguments, **options)

    return begun


def _refused(*arguments: Any, **options: Any) -> None:
    raise SourceError("ibkr: this source is read-only; open it with readonly=no to let orders through")
