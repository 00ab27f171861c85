"""The dashboard in a real browser on the real server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import ConsoleMessage, Page, Request, WebSocket, expect

from tests.browser import open_browser
from tests.e2e.processes import serve
from tests.page_checks import Overheard
from tests.patience import PATIENCE

OPTIONS = ("--source", "sim?seed=7&symbols=100&rate=2", "--auto-trade", "--portfolio-interval", "1")


class Visit:
    """A page and all that it asked for and complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._requested)
        page.on("websocket", self._connected)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def open(self, url: str) -> None:
        await self.page.goto(url)
        await self.live()

    async def live(self) -> None:
        """Wait until the badge says so."""
        badge = self.page.locator(".badge")
        await expect(badge).to_have_attribute("data-state", "open")
        await expect(badge).to_have_text("live")

    async def moves(self, panel: str) -> None:
        """Wait until the numbers in a panel's rows are others than at first."""
        rows = self.page.locator(f'[data-panel="{panel}"] .ts-row')
        await expect(rows.first).to_be_visible()
        before = await rows.all_text_contents()
        assert re.search(r"\d\.\d", "".join(before))
        async with asyncio.timeout(PATIENCE):
            while await rows.all_text_contents() == before:  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    def _requested(self, request: Request) -> None:
        self.requests.append(request.url)

    def _connected(self, socket: WebSocket) -> None:
        self.requests.append(socket.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    async with open_browser() as browser:
        yield Visit(await browser.new_page(viewport={"width": 1280, "height": 900}))


async def test_the_page_is_live_and_every_panel_moves(visit: Visit, overheard: Overheard) -> None:
    async with serve(*OPTIONS) as serving:
        await visit.open(serving.url)
        await asyncio.gather(*map(visit.moves, ("prices", "signals", "positions", "trades")))
        await expect(visit.page.locator('[data-panel="health"] .ts-row')).to_have_count(4)
        status = await serving.status()
    assert (status["connections"], status["state"], status["dead_letters"]) == (1, "ok", 0)
    assert {serving.url, serving.ws_url} <= set(visit.requests)
    assert overheard.heard.keys() == {"v1"}
    assert all(re.match(rf"(http|ws)://127\.0\.0\.1:{serving.port}/", url) for url in visit.requests)
    assert visit.complaints == []


async def test_the_page_comes_back_by_itself_after_a_restart(visit: Visit) -> None:
    async with serve(*OPTIONS) as first:
        await visit.open(first.url)
        await first.stop()
        await expect(visit.page.locator(".badge")).to_have_attribute("data-state", "reconnecting")
    async with serve(*OPTIONS, port=first.port) as second:
        await visit.live()
        await visit.moves("prices")
        assert (await second.status())["connections"] == 1
    # While the server is away the browser itself says so; the page says nothing.
    assert all("ERR_CONNECTION_REFUSED" in complaint for complaint in visit.complaints)


async def test_behind_a_token_the_page_asks_for_it_and_is_live_with_it(visit: Visit) -> None:
    secret = "board-secret-0123456789"
    env = {"TRADESTREAM_TOKEN": f"board={secret}:price_updates,signals"}
    async with serve(*OPTIONS, env=env) as serving:
        await visit.page.goto(serving.url)
        await visit.page.get_by_label("Token").fill(secret)
        await visit.page.get_by_role("button", name="Connect").click()
        await visit.live()
        await visit.moves("prices")
        await visit.page.goto("about:blank")
        await visit.page.goto(f"{serving.url}#token={secret}")
        await visit.live()
        assert visit.page.url == serving.url
        ended = await serving.stop()
    assert secret not in ended.err + "".join(visit.requests)
    assert visit.complaints == []
