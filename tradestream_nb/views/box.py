"""What the views that are made of ready widgets share: how they look where no kernel runs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from ipywidgets import HTML, Layout, VBox

T = TypeVar("T")


class Do(Protocol):
    """Calls a function with arguments on the streams' thread and returns what it gives."""

    def __call__(self, function: Callable[..., T], *arguments: Any) -> T:
        """Wait for what it gives."""


class Box(VBox):  # type: ignore[misc]
    """Widgets below each other, with a text that is the same in every run and a picture in words."""

    sent_at = float("-inf")
    """When it was refreshed last, in monotonic seconds."""

    @abstractmethod
    def html(self) -> str:
        """What a saved notebook shows in the widgets' place."""

    def pump(self, now: float) -> bool:
        """Called by the owner about five times a second where the streams run; nothing to do unless a view says so."""
        return False

    def close(self) -> None:
        """Take it out of the notebook, with all that it is made of."""
        close_all(self.children)
        self.layout.close()
        super().close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**options)
        return {**bundle, "text/plain": repr(self), "text/html": self.html()}


def picture(html: str = "") -> HTML:
    """HTML that looks like what a cell puts out; by itself a widget's tables have the browser's own frames."""
    return HTML(html, layout=Layout(width="100%")).add_class("jp-RenderedHTMLCommon")


def close_all(widgets: Any) -> None:
    """Close widgets, those inside them, and what they look like; by itself a widget leaves all these behind."""
    for widget in widgets:
        parts = (getattr(widget, name, None) for name in ("layout", "style"))
        close_all([*getattr(widget, "children", ()), *filter(None, parts)])
        widget.close()
