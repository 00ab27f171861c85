"""Holds every frame that a browser's page hears from a server against the published document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, WebSocket

from tests.server.frame_checks import check

OURS = ("/", "/ws")
"""How the paths of a server's WebSocket end; those of a lab are others."""
WELCOME = '{"type":"welcome",'


class Overheard:
    """What pages have heard so far, by mode, and what of it is not as published."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()
        self.wrongs: list[str] = []

    def listen(self, page: Page) -> None:
        """Follow all that a page hears from now on."""
        page.on("websocket", self._connected)

    def _connected(self, socket: WebSocket) -> None:
        mode = ""

        def received(frame: str | bytes) -> None:
            nonlocal mode
            # A page's subprotocol is not to be seen from here; v1 is what begins with a welcome, or is binary.
            mode = mode or ("v1" if isinstance(frame, bytes) or frame.startswith(WELCOME) else "legacy")
            self._heard(mode, frame)

        if urlsplit(socket.url).path.endswith(OURS):
            socket.on("framereceived", received)

    def _heard(self, mode: str, frame: str | bytes) -> None:
        self.heard[mode] += 1
        try:
            check(mode, *(("json", frame.encode()) if isinstance(frame, str) else ("msgpack", frame)))
        except Exception as wrong:
            # Raised here it would be lost in the browser's own loop.
            self.wrongs.append(f"{wrong!r} in {frame!r}")


@contextmanager
def overhearing() -> Iterator[Overheard]:
    """Listen to every page that any browser opens meanwhile, and fail at the end for what was not as published."""
    overheard, new_page = Overheard(), Browser.new_page

    async def followed(self: Browser, **options: Any) -> Page:
        page = await new_page(self, **options)
        overheard.listen(page)
        return page

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Browser, "new_page", followed)
        yield overheard
    assert not overheard.wrongs, "not as published: " + "; ".join(overheard.wrongs)


@pytest.fixture(autouse=True)
def overheard() -> Iterator[Overheard]:
    """Check every frame that a page hears in a test."""
    with overhearing() as overheard:
        yield overheard
