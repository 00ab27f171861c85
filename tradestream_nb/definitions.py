"""Who hears of handlers as they are defined: a session that swaps what a cell has run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from tradestream_nb.errors import UserError

logger = logging.getLogger(__name__)

Listener = Callable[[Callable[..., Any]], None]

_listeners: list[Listener] = []
_unheard: ContextVar[list[Callable[..., Any]] | None] = ContextVar("unheard", default=None)


def on_define(listener: Listener) -> Callable[[], None]:
    """Tell `listener` of every function marked from now on, but for those of files; returns what makes it stop.

    It hears on the thread that defines, before the name is bound. A UserError of its own is raised there; any other
    error is logged and the definition stands.
    """
    _listeners.append(listener)

    def leave() -> None:
        if listener in _listeners:
            _listeners.remove(listener)

    return leave


def tell(function: Callable[..., Any]) -> None:
    """Tell all listeners; the first UserError among theirs is raised when all have heard, another error is logged."""
    if (kept := _unheard.get()) is not None:
        kept.append(function)
        return
    refused: list[UserError] = []
    for listener in tuple(_listeners):
        try:
            listener(function)
        except UserError as error:
            refused.append(error)
        except Exception:
            logger.exception("a listener failed on handler %r", getattr(function, "__name__", function))
    if refused:
        raise refused[0]


@contextmanager
def unheard() -> Iterator[list[Callable[..., Any]]]:
    """Gather what is defined inside, which the listeners do not hear of: a file is loaded before it is used."""
    kept = list[Callable[..., Any]]()
    token = _unheard.set(kept)
    try:
        yield kept
    finally:
        _unheard.reset(token)
