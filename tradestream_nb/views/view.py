"""What is shown in a notebook and kept up to date by its owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class View(Protocol):
    """A widget in the notebook whose owner says when it may show what is new."""

    comm: Any
    """Its way to the browser; None once it is closed."""

    @property
    def sent_at(self) -> float:
        """When it showed something new last, in monotonic seconds; minus infinity before that."""

    def pump(self, now: float) -> bool:
        """Show what is new, and say whether there was anything; `now` is in monotonic seconds."""

    def close(self) -> None:
        """Take it out of the notebook."""

    def on_msg(self, callback: Callable[..., None]) -> None:
        """Call back when the browser says something."""
