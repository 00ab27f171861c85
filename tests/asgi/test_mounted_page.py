"""The dashboard in a real browser, somewhere below an application's root."""

from __future__ import annotations

from playwright.async_api import expect
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.asgi.hosted import hosting
from tests.browser import open_browser
from tests.managed import HANDLERS
from tests.page_checks import Overheard
from tests.server.served import until
from tradestream_nb.asgi import Streams
from tradestream_nb.manager import StreamManager


async def test_the_dashboard_finds_its_websocket_where_it_is_mounted(overheard: Overheard) -> None:
    streams = Streams(StreamManager("sim?seed=7&symbols=AAPL&rate=5", HANDLERS))
    app = Starlette(routes=[Mount("/desk/streams", streams)], lifespan=streams.lifespan)
    async with hosting(app) as port, open_browser() as browser:
        page = await browser.new_page()
        await page.goto(f"http://127.0.0.1:{port}/desk/streams/")
        await expect(page.locator(".badge")).to_have_text("live")
        await expect(page.locator('[data-panel="prices"] .ts-row[data-key="AAPL"]')).to_be_visible()
        await until(lambda: overheard.heard["v1"] > 1)
