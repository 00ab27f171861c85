"""A dashboard of one's own, from elsewhere, that loads the client from the real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import expect

from tests.browser import open_browser
from tests.e2e.processes import serve

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


async def test_a_page_of_another_origin_loads_the_client_and_reads_what_it_wants() -> None:
    async with serve("--source", "sim?seed=7&symbols=AAPL,MSFT&rate=10") as serving, open_browser() as browser:
        page = await browser.new_page()
        wrongs: list[str] = []
        page.on("console", lambda message: wrongs.append(message.text))
        page.on("pageerror", lambda error: wrongs.append(str(error)))
        async with elsewhere(PAGE.replace("PORT", str(serving.port))) as url:
            await page.goto(url)
            await expect(page).to_have_title('[{"price_updates":["AAPL"]},{"price_updates":2}]')
            await expect(page.locator("output")).to_contain_text("price_update")
        assert wrongs == []
