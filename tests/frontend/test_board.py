"""The board's widget in Chromium, as it was bundled, with a kernel that is only a list."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from tests.frontend.conftest import ORIGIN
from tradestream_nb.views.assets import asset

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = '<!doctype html><style>{css}</style><link rel="icon" href="icon.svg"><body>'
SETUP = """async (symbols) => {
  const { default: widget } = await import("/bundle/board.js");
  window.said = [];
  window.model = {
    get: () => ["price_updates", "portfolio", "signals", "trades", "health"],
    on: (name, callback) => (model[name] = callback),
    off: (name) => (model[name] = null),
    send: ({ vid, ...message }) => said.push(message),
  };
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const view = (values) => new DataView(Float64Array.from(values).buffer);
  let seq = 0;
  /** A frame with all prices and the chart of a symbol: two bars that begin at `price`. */
  window.shows = (symbol, price) => {
    const chart = { full: true, symbol, seconds: 5, first: 5e6, after: 0, marks: [] };
    const bars = [5e6, 10e6].flatMap((end) => [end, price, price + 1, price + 2, price + 3, 9]);
    const content = { kind: "frame", seq: ++seq, full: seq === 1, now: 1, ts: seq, chart };
    if (seq === 1) content.symbols = symbols;
    model['msg:custom'](content, [view(Array(6 * symbols.length).fill(50)), view([]), view(bars)]);
    return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  };
  window.cleanup = widget.render({ model, el });
}"""
SYMBOLS = [f"S{n:03}" for n in range(100)]


@pytest_asyncio.fixture(loop_scope="module")
async def board(page: Page) -> Page:
    """A page of a notebook: it lets a style be written into it, as the chart's library does for its logo."""

    async def answer(route: Route) -> None:
        if route.request.url.endswith("/notebook"):
            await route.fulfill(body=PAGE.format(css=asset("board.css")), content_type="text/html")
        else:
            await route.fulfill(body=asset("board.js"), content_type="text/javascript")

    await page.route(f"{ORIGIN}/notebook", answer)
    await page.route(f"{ORIGIN}/bundle/board.js", answer)
    await page.goto(f"{ORIGIN}/notebook")
    await page.evaluate(SETUP, SYMBOLS)
    await page.evaluate("shows('S000', 50)")
    return page


async def picks(page: Page) -> list[Any]:
    said: list[dict[str, Any]] = await page.evaluate("said")
    return [message["symbol"] for message in said if message["kind"] == "pick"]


async def test_the_chart_says_which_symbol_it_shows_and_so_do_the_list_and_the_prices(board: Page) -> None:
    await board.evaluate("shows('S002', 50)")
    await expect(board.locator(".ts-legend :first-child")).to_have_text("S002 5 s")
    await expect(board.get_by_role("combobox", name="Symbol")).to_have_value("S002")
    await expect(board.locator("[aria-current=true]")).to_have_attribute("data-key", "S002")


async def test_a_click_on_a_price_and_the_list_ask_for_another_symbol(board: Page) -> None:
    await board.locator(".ts-row").nth(3).click()
    await board.get_by_role("combobox", name="Symbol").select_option("S099")
    await board.locator(".ts-row").nth(0).click()
    assert await picks(board) == ["S003", "S099"], "the one that is shown need not be asked for"


async def test_the_board_cleans_up_its_chart_too(board: Page) -> None:
    await board.evaluate("cleanup()")
    assert await board.query_selector(".ts-panel, canvas") is None


@pytest.mark.parametrize("width", [320, 700, 1100, 1300, 1800])
async def test_at_any_width_rows_are_whole_and_nothing_scrolls_sideways(board: Page, width: int) -> None:
    await board.set_viewport_size({"width": width, "height": 900})
    await board.evaluate("shows('S001', 50)")
    assert await board.evaluate("document.documentElement.scrollWidth") == width
    rows = "[...document.querySelectorAll('.ts-scroller')].map((one) => one.clientHeight / 26)"
    shown = await board.evaluate(rows)
    assert len(shown) == 5 and all(count >= 5 and count == int(count) for count in shown)
    assert await board.evaluate("document.querySelector('.ts-plot').offsetHeight") >= 260
