"""Holds a signal that ends the process back from the server until something else is done."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

SignalHandler = Callable[[int, FrameType | None], Any]

SIGNALS = tuple(number for number in signal.Signals if number.name in ("SIGINT", "SIGTERM", "SIGBREAK"))
"""Those that there are on this platform; the last is Ctrl-Break on Windows."""


@contextmanager
def held_back(first: Callable[[], Awaitable[None]]) -> Iterator[None]:
    """Within the block, await `first` when one of `SIGNALS` comes, and only then let its handler have it.

    Another one, before or after that, is handled at once. A signal without a handler is left alone, and so are all in
    a thread that is not the main one, where there are none.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    relay = Relay(first)
    relay.step_in()
    try:
        yield
    finally:
        relay.step_out()


class Relay:
    """Stands before the handlers that there are; make it on the loop."""

    def __init__(self, first: Callable[[], Awaitable[None]]) -> None:
        self._first, self._loop = first, asyncio.get_running_loop()
        self._behind: dict[int, SignalHandler] = {}
        self._through = False
        """Whether signals are handed on at once."""
        self._task: asyncio.Future[None] | None = None

    def step_in(self) -> None:
        """Take the place of the handlers."""
        for number in SIGNALS:
            handler = signal.getsignal(number)
            if callable(handler):
                self._behind[number] = handler
                signal.signal(number, self._hear)

    def step_out(self) -> None:
        """Give them their place back; where another has come before us, it still reaches them."""
        self._through = True
        for number, handler in self._behind.items():
            if signal.getsignal(number) == self._hear:
                signal.signal(number, handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        hand_on = partial(self._behind[number], number, frame)
        if self._through:
            hand_on()
            return
        self._through = True
        # Python lets a signal in between any two steps of a program; the loop finishes the one that it is at.
        self._loop.call_soon_threadsafe(self._begin, hand_on)

    def _begin(self, hand_on: Callable[[], Any]) -> None:
        self._task = asyncio.ensure_future(self._first())
        # What a handler raises ends the loop. A task would keep a copy, and complain that nobody took it.
        self._task.add_done_callback(lambda _: hand_on())
