"""Who is told about a signal."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from tradestream_nb.errors import ISOLATED, UserError
from tradestream_nb.events import Signal

logger = logging.getLogger(__name__)

SignalCallback = Callable[[Signal], None]


class SignalCallbacks:
    """Synchronous callbacks in order of registration; every method may be called from any thread, or from a callback.

    A change takes effect with the next signal: one that is being delivered reaches the callbacks it started with.
    """

    def __init__(self) -> None:
        self.errors = 0
        self.last_error = ""
        self._callbacks: tuple[SignalCallback, ...] = ()
        self._lock = threading.Lock()

    def add(self, callback: SignalCallback) -> None:
        """Tell `callback` of every later signal, once, however often it is added."""
        with self._lock:
            if callback not in self._callbacks:
                self._callbacks = (*self._callbacks, callback)

    def remove(self, callback: SignalCallback) -> None:
        """Stop telling `callback`; raises UserError when it is not registered."""
        with self._lock:
            if callback not in self._callbacks:
                raise UserError(f"signal callback {_name(callback)} is not registered: pass the object that was added")
            self._callbacks = tuple(one for one in self._callbacks if one != callback)

    def notify(self, signal: Signal) -> None:
        """Call every callback in turn; one that raises is counted and logged, and the others still run."""
        for callback in self._callbacks:
            try:
                callback(signal)
            except ISOLATED as error:
                self._count(callback, error)

    def _count(self, callback: SignalCallback, error: BaseException) -> None:
        with self._lock:
            self.errors += 1
            self.last_error = f"{_name(callback)}: {type(error).__name__}: {error}"
        logger.exception("signal callback %s failed", _name(callback))


def _name(callback: SignalCallback) -> str:
    return getattr(callback, "__qualname__", None) or repr(callback)
