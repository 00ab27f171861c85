"""The live table in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from tests.frontend.conftest import BLANK

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETUP = """async (count) => {
  const { Table } = await import("/src/table.js");
  const text = (value) => String(value);
  document.body.replaceChildren();
  document.body.className = "ts-root";
  window.table = new Table(document.body, {
    label: "Things",
    columns: [
      { key: "name", title: "Name", value: (row) => row.name, format: text, width: 10 },
      { key: "size", title: "Size", value: (row) => row.size, format: text, width: 10, numeric: true, flash: true,
        direction: (row) => Math.sign(row.size) },
    ],
    key: (row) => row.name,
    matches: (row, query) => row.name.includes(query),
    empty: "nothing to see",
  });
  window.table.scroller.style.height = "400px";
  const thing = (_, n) => ({ name: `N${String(n).padStart(4, "0")}`, size: n });
  window.things = (count) => Array.from({ length: count }, thing);
  window.frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  window.table.set(window.things(count));
  await window.frame();
}"""
NAMES = "[...document.querySelectorAll('.ts-row')].map((row) => row.dataset.key)"


async def made(page: Page, count: int) -> None:
    await page.goto(BLANK)
    await page.evaluate(SETUP, count)


async def after(page: Page, script: str) -> Any:
    """The names in the DOM one painted frame after `script`."""
    return await page.evaluate(f"async () => {{ {script}; await frame(); return {NAMES}; }}")


async def test_only_rows_in_sight_are_in_the_dom(page: Page) -> None:
    await made(page, 5000)
    names = await after(page, "")
    assert names[0] == "N0000"
    assert 10 < len(names) < 40
    assert await page.get_attribute("table", "aria-rowcount") == "5001"


async def test_scrolling_shows_the_rows_that_belong_there(page: Page) -> None:
    await made(page, 5000)
    names = await after(page, "table.scroller.scrollTop = 1e9; await frame()")
    assert names[-1] == "N4999"
    assert len(names) < 40
    assert await page.get_attribute(".ts-row:nth-last-child(2)", "aria-rowindex") == "5001"


async def test_a_heading_sorts_and_says_so(page: Page) -> None:
    await made(page, 100)
    await page.click("th[data-column=size] button")
    assert (await after(page, ""))[:2] == ["N0099", "N0098"]
    assert await page.get_attribute("th[data-column=size]", "aria-sort") == "descending"
    assert await page.get_attribute("th[data-column=name]", "aria-sort") == "none"
    await page.click("th[data-column=size] button")
    assert (await after(page, ""))[:2] == ["N0000", "N0001"]


async def test_a_search_leaves_what_matches(page: Page) -> None:
    await made(page, 5000)
    assert await after(page, "table.search(' N123 ')") == [f"N123{n}" for n in range(10)]
    assert await after(page, "table.search('zebra')") == []
    assert await page.text_content(".ts-empty") == "nothing matches “zebra”"
    assert len(await after(page, "table.search('')")) > 10


async def test_an_empty_table_says_what_it_waits_for(page: Page) -> None:
    await made(page, 0)
    assert await page.text_content(".ts-empty") == "nothing to see"
    await after(page, "table.set(things(1))")
    assert not await page.is_visible(".ts-empty")


async def test_only_text_that_changed_is_touched(page: Page) -> None:
    await made(page, 20)
    touched = await page.evaluate("""async () => {
      const touched = [];
      const watcher = new MutationObserver((records) => touched.push(...records.map((one) => one.target.data)));
      watcher.observe(document.querySelector("tbody"), { subtree: true, characterData: true, childList: true });
      table.set(things(20).map((row, n) => (n === 3 ? { ...row, size: 77 } : row)));
      await frame();
      return touched;
    }""")
    assert touched == ["77"]


async def test_a_change_flashes_in_its_direction_and_a_new_row_does_not(page: Page) -> None:
    await made(page, 3)
    await page.evaluate("Date.now = () => 0")
    await after(page, "table.set([{ name: 'N0000', size: 5 }, { name: 'N0002', size: -2 }, { name: 'new', size: 1 }])")
    flashes = await page.evaluate("[...document.querySelectorAll('td')].map((td) => td.dataset.flash ?? '')")
    assert flashes == ["", "up", "", "down", "", ""]
    directions = await page.evaluate("[...document.querySelectorAll('td.ts-number')].map((td) => td.dataset.direction)")
    assert directions == ["up", "down", "up"]


async def test_a_flash_goes_out_and_moves_nothing(page: Page) -> None:
    """An animation would keep the page repainting for as long as rows tick."""
    await made(page, 3)
    await page.evaluate("Date.now = () => 0")
    await after(page, "table.set([{ name: 'N0000', size: 5 }])")
    lit = "getComputedStyle(document.querySelector('.ts-row td.ts-number')).backgroundColor"
    assert await page.evaluate(lit) != "rgba(0, 0, 0, 0)"
    assert await page.evaluate("document.getAnimations().length") == 0
    await page.evaluate("Date.now = () => 1e9")
    await page.locator("[data-flash]").wait_for(state="detached")
    assert await page.evaluate(lit) == "rgba(0, 0, 0, 0)"


async def test_many_updates_are_one_paint(page: Page) -> None:
    await made(page, 5)
    asked = await page.evaluate("""async () => {
      let asked = 0;
      const original = window.requestAnimationFrame;
      window.requestAnimationFrame = (paint) => { asked += 1; return original(paint); };
      for (let n = 0; n < 100; n += 1) table.set(things(5));
      window.requestAnimationFrame = original;
      return asked;
    }""")
    assert asked == 1


async def test_a_closed_table_is_gone(page: Page) -> None:
    await made(page, 5)
    assert await after(page, "table.set(things(9)); table.close()") == []
    assert await page.query_selector("table") is None
