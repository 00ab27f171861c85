"""A dashboard of one's own, from elsewhere, that loads the client from the real server, or that needs none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, expect

from tests.browser import open_browser
from tests.e2e.processes import serve
from tests.page_checks import Overheard

PAGE = """<!doctype html>
<link rel="icon" href="data:,">
<output></output>
<script type="module">
  import { Client } from "http://127.0.0.1:PORT/client.js";
  const seen = new Set();
  const message = ({ type }) => {
    seen.add(type);
    document.querySelector("output").textContent = [...seen].join(" ");
  };
  const client = new Client("ws://127.0.0.1:PORT/ws", { message, state() {} }, { channels: [] });
  client.start();
  const { subscriptions } = await client.subscribe("price_updates", { symbols: ["AAPL"], maxHz: 5 });
  const { max_hz } = await client.configure({ channels: "price_updates", maxHz: 2 });
  document.title = JSON.stringify([subscriptions, max_hz]);
</script>
"""
LEGACY = """<!doctype html>
<link rel="icon" href="data:,">
<output></output>
<script>
  const seen = new Set();
  const socket = new WebSocket("ws://127.0.0.1:PORT/ws");
  socket.onopen = () => socket.send('{"type":"ping"}');
  socket.onmessage = ({ data }) => {
    seen.add(JSON.parse(data).type);
    document.querySelector("output").textContent = [...seen].sort().join(" ");
  };
</script>
"""


@asynccontextmanager
async def elsewhere(page: str) -> AsyncIterator[str]:
    """A server that has nothing but this page; gives its address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + page.encode())
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://localhost:{server.sockets[0].getsockname()[1]}/"


@asynccontextmanager
async def opened(page: str, *options: str) -> AsyncIterator[Page]:
    """This page in a browser, beside a server; fails at the end when it complained."""
    wrongs: list[str] = []
    async with (
        serve("--source", "sim?seed=7&symbols=AAPL,MSFT&rate=10", *options) as serving,
        open_browser() as browser,
    ):
        shown = await browser.new_page()
        shown.on("console", lambda message: wrongs.append(message.text))
        shown.on("pageerror", lambda error: wrongs.append(str(error)))
        async with elsewhere(page.replace("PORT", str(serving.port))) as url:
            await shown.goto(url)
            yield shown
    assert wrongs == []


async def test_a_page_of_another_origin_loads_the_client_and_reads_what_it_wants(overheard: Overheard) -> None:
    async with opened(PAGE) as page:
        await expect(page).to_have_title('[{"price_updates":["AAPL"]},{"price_updates":2}]')
        await expect(page.locator("output")).to_contain_text("price_update")
    assert overheard.heard.keys() == {"v1"}


async def test_a_page_that_offers_no_subprotocol_hears_everything_in_the_old_form(overheard: Overheard) -> None:
    async with opened(LEGACY, "--portfolio-interval", "1", "--auto-trade") as page:
        for kind in ("pong", "portfolio_update", "price_update"):
            await expect(page.locator("output")).to_contain_text(kind, timeout=30_000)
    assert overheard.heard.keys() == {"legacy"}
