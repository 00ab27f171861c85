"""Live views in the real JupyterLab: they move, follow a hot swap, and outlast a busy cell, a reload and a theme."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import nbformat
import pytest
import pytest_asyncio
from nbformat import v4
from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.e2e.lab import notebook_page

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEFINE = """
from tradestream_nb import PriceUpdate, Quote, Session, handler, load_handlers

@handler(on=Quote, key="symbol", topic="price_updates")
def price_updates(quote, first):
    first = first or quote.price
    price = quote.price
    return first, [PriceUpdate(quote.symbol, price, open=first, ts=quote.ts)]
"""
START = """
handlers = {**load_handlers(), "price_updates": price_updates}
session = Session("sim", seed=7, symbols=40, rate=5, auto_trade=True, portfolio_interval=1, handlers=handlers)
await session.start()
"""
FIRST = 'first = session.df("price_updates").set_index("symbol")["open"].sort_index()\nprint(len(first))'
SAME = """
prices = session.df("price_updates").set_index("symbol").sort_index()
print((prices["open"] == first).all(), (prices["price"] < 0).all())
"""
BUSY = """
import pathlib, time
while not pathlib.Path("seen").exists(): time.sleep(0.1)
"""
CELLS = (DEFINE, START, "session.board()", 'session.chart("AAPL")', FIRST, SAME, BUSY)
BOARD, CHART, BUSY_CELL = CELLS.index("session.board()"), CELLS.index('session.chart("AAPL")'), CELLS.index(BUSY)

PANELS = ("prices", "positions", "signals", "trades", "health")
PRICES = '[data-panel="prices"] .ts-row [data-column="price"]'
NEGATIVE = "(shown) => [...document.querySelectorAll(shown)].every((cell) => /^−[0-9]/.test(cell.textContent))"
SEEN = """
window.cells = () => [...document.querySelectorAll(".jp-CodeCell")];
window.rows = (panel) => [...document.querySelectorAll(`.ts-board [data-panel="${panel}"] .ts-row`)]
  .map((row) => row.textContent).join(" ");
window.seconds = () => Math.min(...[...document.querySelectorAll(".ts-board .ts-spark path")]
  .map((line) => line.getAttribute("d").split("L").length));
window.drawn = () => [...document.querySelectorAll(".ts-plot canvas")].map((canvas) => canvas.toDataURL()).join(" ");
window.prompt = (place) => cells()[place].querySelector(".jp-InputPrompt").textContent;

// Let a canvas mix what lies on top of each other, whatever way the colours are written in.
const mixed = (colours) => {
  const paint = new OffscreenCanvas(1, 1).getContext("2d");
  for (paint.fillStyle of colours) paint.fillRect(0, 0, 1, 1);
  return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
};
const styled = (element, name) => getComputedStyle(element)[name];
const grounds = (element) =>
  element ? [...grounds(element.parentElement), styled(element, "backgroundColor")] : [];
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((part) => part / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (element) => {
  const below = grounds(element);
  const both = [below, [...below, styled(element, "color")]].map(mixed).map(luminance);
  const [low, high] = both.sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};
window.contrasts = () => [...document.querySelectorAll(".ts-board *")]
  .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((element) => [contrast(element), element.outerHTML]).sort(([a], [b]) => a - b);
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(folder: Path) -> AsyncIterator[Page]:
    """One lab for all the tests, with the session running and both views shown at once."""
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook = v4.new_notebook(  # type: ignore[no-untyped-call]
        cells=[v4.new_code_cell(cell.strip()) for cell in CELLS],  # type: ignore[no-untyped-call]
        metadata={"kernelspec": kernel},
    )
    root = folder / "root"
    root.mkdir()
    nbformat.write(notebook, root / "views.ipynb")  # type: ignore[no-untyped-call]
    # Nothing is sent to a view that nobody sees, so that all of them fit in.
    size = ViewportSize(width=1400, height=2400)
    async with notebook_page(root, folder / "home", "views.ipynb", size=size, script=SEEN) as page:
        await ready(page)
        for place in range(CHART + 1):
            await run(page, place)
        yield page


@pytest.fixture
def page(shared: Page) -> Page:
    return shared


@pytest.mark.parametrize("panel", PANELS)
async def test_every_panel_of_the_board_moves(page: Page, panel: str) -> None:
    await moves(page, f'rows("{panel}")')


async def test_the_chart_is_drawn_anew(page: Page) -> None:
    for _ in range(3):
        await moves(page, "drawn()")


async def test_a_click_on_a_price_draws_its_chart_on_the_board(page: Page) -> None:
    row = page.locator('.ts-board [data-panel="prices"] .ts-row').nth(3)
    symbol = await row.get_attribute("data-key")
    await row.locator("td").first.click()
    await expect(page.locator(".ts-board .ts-legend b").first).to_have_text(f"{symbol} 5 s")


async def test_a_cell_run_again_with_other_code_changes_the_table_and_keeps_the_state(page: Page) -> None:
    prices = page.locator(PRICES)
    await expect(page.locator('[data-panel="prices"] .ts-count')).to_have_text("40")
    assert await run(page, CELLS.index(FIRST)) == "40"
    assert not [price for price in await prices.all_text_contents() if price.startswith("−")]
    for key in ("Control+End", "ArrowUp", "End"):
        await code(page, 0).press(key)
    await page.keyboard.type(" * -1")
    said = await run(page, 0)
    assert "would differ" in said and "swapped, state kept" in said
    await page.wait_for_function(NEGATIVE, arg=PRICES)
    assert await prices.count() > 5
    assert await run(page, CELLS.index(SAME)) == "True True"
    await moves(page, 'rows("prices")')


async def test_a_page_that_is_loaded_again_shows_what_is_current(page: Page) -> None:
    await page.wait_for_function("seconds() > 5")
    await code(page, BOARD).press("Control+s")
    await expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)
    await page.reload()
    first = await page.wait_for_function("Number.isFinite(seconds()) && seconds()")
    assert await first.json_value() > 5, "the lines of the prices begin anew"
    await ready(page)
    for panel in PANELS:
        await moves(page, f'rows("{panel}")')
    await moves(page, "drawn()")


async def test_a_busy_cell_does_not_stop_the_views(page: Page, folder: Path) -> None:
    await code(page, BUSY_CELL).press("Control+Enter")
    await page.wait_for_function("(place) => prompt(place) === '[*]:'", arg=BUSY_CELL)
    for _ in range(10):
        await moves(page, 'rows("prices")', busy=True)
        await moves(page, "drawn()", busy=True)
    (folder / "root" / "seen").touch()
    await page.wait_for_function("(place) => /[0-9]/.test(prompt(place))", arg=BUSY_CELL)


@pytest.mark.parametrize("theme", ["Light", "Dark"])
async def test_all_text_on_the_board_is_readable_in_the_theme(page: Page, theme: str) -> None:
    # A cell that flashes is between two colours.
    await page.emulate_media(reduced_motion="reduce")
    await choose(page, "Settings", "Theme", f"JupyterLab {theme}")
    light = str(theme == "Light").lower()
    await expect(page.locator("body")).to_have_attribute("data-jp-theme-light", light)
    found = await page.evaluate("contrasts()")
    assert len(found) > 50
    ratio, element = found[0]
    assert ratio >= 4.5, element


async def ready(page: Page) -> None:
    """Wait until the notebook is there and its kernel has nothing to do."""
    await expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()


def code(page: Page, place: int) -> Locator:
    return page.locator(".jp-CodeCell").nth(place).locator(".cm-content")


async def run(page: Page, place: int) -> str:
    """Run a cell to its end, and give what it has put out as text."""
    cell = page.locator(".jp-CodeCell").nth(place)
    before = await page.evaluate("prompt", place)
    await code(page, place).press("Control+Enter")
    done = "([place, before]) => prompt(place) !== before && /[0-9]/.test(prompt(place))"
    await page.wait_for_function(done, arg=[place, before])
    return "\n".join(await cell.locator(".jp-OutputArea-output").all_inner_texts()).strip()


async def moves(page: Page, what: str, *, busy: bool = False) -> None:
    """Wait until something is shown and then becomes another; with `busy`, while the last cell runs."""
    await page.wait_for_function(f"window.before = {what}")
    mark = "[*]:" if busy else ""
    await page.wait_for_function(f"(mark) => {what} !== before && (!mark || prompt({BUSY_CELL}) === mark)", arg=mark)


async def choose(page: Page, menu: str, *path: str) -> None:
    """Choose an entry of the menu."""
    await page.get_by_role("menuitem", name=menu, exact=True).click()
    for name in path:
        await page.locator(".lm-Menu").get_by_text(name, exact=True).click()
