"""A way to the streams' thread that outlasts it: what holds this holds neither the session nor its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from tradestream_nb.loop_thread import LoopThread

T = TypeVar("T")


class Reach:
    """Calls functions where the streams run: on their thread while there is one, else here."""

    thread: LoopThread | None = None

    def __call__(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function between two events and return what it gives; the caller waits for it."""
        return function(*arguments) if self.thread is None else self.thread.look(function, *arguments)
