"""Minutes in a second: a loop whose clock leaps to what is due next as soon as there is nothing to read."""

from __future__ import annotations

import asyncio
import inspect
import selectors
from collections.abc import Callable, Coroutine
from functools import wraps
from types import SimpleNamespace
from typing import Any

import pytest

from tradestream_nb import clock
from tradestream_nb.clock import SECOND

BEGINNING = 1_795_532_400 * SECOND
"""10:00 in New York on a Tuesday, in epoch µs."""
TURN = 1e-5
"""Seconds that a turn of the loop takes at least: someone may wait for more than an exact moment."""


class FastLoop(asyncio.SelectorEventLoop):
    """Its time is hardly longer than what is waited for: work costs none, however slow the machine is."""

    def __init__(self) -> None:
        self._seconds = 0.0
        super().__init__(_Leaping(self))

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._seconds

    def leap(self, seconds: float) -> None:
        """Let time pass at once."""
        self._seconds += seconds

    def shutdown_default_executor(self, timeout: float | None = None) -> Coroutine[Any, Any, None]:
        """Wait for what threads still do, however long: since Python 3.12 a limit would pass at once."""
        return super().shutdown_default_executor()


class _Leaping(selectors.DefaultSelector):
    """Reads what is there, and never waits: loopback sockets deliver within the call that writes."""

    def __init__(self, loop: FastLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What can be read; when there is nothing, the time that it was to be waited for has passed."""
        if timeout is None:
            return super().select(None)
        ready = super().select(0)
        self._loop.leap(TURN if ready else max(timeout, TURN))
        return ready


def run_fast(scenario: Coroutine[Any, Any, None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Run it on a fast loop, with a wall clock that goes as fast."""
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        loop = runner.get_loop()
        wall = SimpleNamespace(time_ns=lambda: BEGINNING * 1000 + round(loop.time() * 1e9))
        monkeypatch.setattr(clock, "time", wall)
        runner.run(scenario)


def fast(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Let an asynchronous test run on a fast loop."""

    @wraps(test)
    def run(monkeypatch: pytest.MonkeyPatch, **given: Any) -> None:
        run_fast(test(**given), monkeypatch)

    asked = inspect.signature(test).parameters.values()
    own = inspect.Parameter("monkeypatch", inspect.Parameter.KEYWORD_ONLY)
    run.__signature__ = inspect.Signature([*asked, own])  # type: ignore[attr-defined]
    return run
