"""The streams as a router of FastAPI or Starlette, whichever the application is made with."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from tradestream_nb.asgi.requests import Scope
from tradestream_nb.server.door.admission import PATHS
from tradestream_nb.server.web import metrics, operator
from tradestream_nb.server.web.pages import pages

App = Callable[..., Any]


def router_of(streams: App) -> Any:
    """A router to include or to mount; `streams` themselves where neither framework is installed.

    Every path is a route of its own, so that it takes none of an application that includes it without a prefix.
    """
    try:
        make = import_module("fastapi").APIRouter
    except ImportError:
        make = None
    try:
        routing = import_module("starlette.routing")
    except ImportError:
        return streams
    router: Any = (make or routing.Router)(default=streams, redirect_slashes=False)
    router.routes += [routing.WebSocketRoute(path, At(streams, path)) for path in PATHS]
    router.routes += [routing.Route(path, At(streams, path), include_in_schema=False) for path in _paths()]
    return router


def _paths() -> list[str]:
    return [*pages(lambda: False), "/status", metrics.PATH, operator.PATH, f"{operator.PATH}/{{client}}"]


class At:
    """The streams where they are asked for one path of theirs, whatever is before it."""

    def __init__(self, streams: App, path: str) -> None:
        self._streams, self._path = streams, path

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer as they do at that path."""
        path = self._path.format(**scope.get("path_params", {}))
        await self._streams({**scope, "path": path, "root_path": ""}, receive, send)
