"""A page in Chromium whose host is the frontend's sources, unbundled, under the policy the server sends."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, Route

from tests.browser import open_browser
from tests.project.tree import ROOT

FRONTEND = ROOT / "tradestream_nb" / "frontend"
ORIGIN = "http://dashboard.test"
BLANK = f"{ORIGIN}/blank"
STYLED = '<!doctype html><link rel="stylesheet" href="views.css"><link rel="icon" href="icon.svg"><body>'
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:"
NOW = 1_767_623_400_000_000
POSITION = {
    "symbol": "AAPL",
    "quantity": 100,
    "average_price": 200.0,
    "market_price": 210.0,
    "unrealized_pnl": 1000.0,
    "unrealized_pnl_pct": 5.0,
}
"""100 shares of AAPL, as the wire shows them."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page at the origin; the test fails when it asked for another host, broke the policy or logged an error."""
    wrongs: list[str] = []

    async def answer(route: Route) -> None:
        if route.request.url == BLANK:
            await route.fulfill(body=STYLED, content_type="text/html", headers={"Content-Security-Policy": POLICY})
        elif file := served(route.request.url):
            kind = mimetypes.guess_type(file.name)[0] or "text/plain"
            await route.fulfill(body=file.read_bytes(), content_type=kind, headers={"Content-Security-Policy": POLICY})
        else:
            wrongs.append(f"asked for {route.request.url}")
            await route.abort()

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            wrongs.append(message.text)

    page = await browser.new_page(viewport={"width": 1200, "height": 800})
    page.on("console", listen)
    page.on("pageerror", lambda error: wrongs.append(str(error)))
    await page.route("**/*", answer)
    yield page
    await page.close()
    assert wrongs == []


def served(url: str) -> Path | None:
    """The source behind an address of the origin, as the bundler would find it."""
    if not url.startswith(ORIGIN):
        return None
    path = urlsplit(url).path.lstrip("/") or "index.html"
    return next((file for folder in (".", "page", "entry") if (file := FRONTEND / folder / path).is_file()), None)
