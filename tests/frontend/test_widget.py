"""The widget's browser side in Chromium, with a kernel that is only a list."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from tests.frontend.conftest import BLANK

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETUP = """async () => {
  const { default: widget } = await import("/prices.js");
  window.said = [];
  window.model = {
    on: (_, callback) => (model.kernel = callback),
    off: () => (model.kernel = null),
    send: ({ vid, ...message }) => said.push(message),
  };
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  window.sends = (seq, prices, symbols) => {
    const columns = Float64Array.from([...prices, ...Array(5 * prices.length).fill(0)]);
    const frame = { kind: "frame", seq, ts: seq * 1e6, symbols, full: Boolean(symbols) };
    model.kernel(frame, [new DataView(columns.buffer)]);
  };
  window.cleanup = widget.render({ model, el });
}"""
HELLO = {"kind": "hello", "v": True}


async def rendered(page: Page) -> None:
    await page.clock.install()
    await page.goto(BLANK)
    await page.evaluate(SETUP)


async def after(page: Page, script: str, *, seconds: float = 0.1) -> list[dict[str, Any]]:
    """What the view has said in all, some time after `script`."""
    await page.evaluate(script)
    await page.clock.run_for(int(seconds * 1000))
    messages: list[dict[str, Any]] = await page.evaluate("said")
    return messages


async def cells(page: Page) -> list[list[str]]:
    """Symbol and price of each row."""
    texts = (
        "[...document.querySelectorAll('.ts-row')].map((row) => [...row.cells].slice(0, 2).map((td) => td.textContent))"
    )
    rows: list[list[str]] = await page.evaluate(texts)
    return rows


async def test_a_view_opens_with_hello_and_waits(page: Page) -> None:
    await rendered(page)
    assert await after(page, "") == [HELLO]
    assert await page.text_content(".ts-empty") == "waiting for the first price"


async def test_frames_are_shown_and_confirmed_once_a_second(page: Page) -> None:
    await rendered(page)
    await after(page, "sends(1, [231.5, 40], ['AAPL', 'KO'])")
    assert await cells(page) == [["AAPL", "231.50"], ["KO", "40.00"]]
    await after(page, "sends(2, [232, 40])")
    assert await cells(page) == [["AAPL", "232.00"], ["KO", "40.00"]]
    assert await after(page, "", seconds=1) == [HELLO, {"kind": "ack", "seq": 2}]
    assert await after(page, "", seconds=1) == [HELLO, {"kind": "ack", "seq": 2}]


async def test_a_frame_without_its_symbols_makes_the_view_ask_again(page: Page) -> None:
    await rendered(page)
    assert await after(page, "sends(5, [231.5, 40])") == [HELLO, HELLO]
    assert await cells(page) == []


async def test_a_view_that_hears_nothing_asks_again(page: Page) -> None:
    await rendered(page)
    assert await after(page, "", seconds=9) == [HELLO]
    assert await after(page, "", seconds=2) == [HELLO, HELLO]


async def test_a_view_says_when_it_leaves_sight_and_comes_back(page: Page) -> None:
    await rendered(page)
    await page.evaluate("document.body.firstChild.style.display = 'none'")
    await page.wait_for_function("() => said.length === 2")
    await page.evaluate("document.body.firstChild.style.display = ''")
    await page.wait_for_function("() => said.length === 3")
    assert await after(page, "") == [HELLO, {"kind": "vis", "v": False}, {"kind": "vis", "v": True}]


async def test_cleaning_up_says_bye_and_leaves_nothing_behind(page: Page) -> None:
    await rendered(page)
    await after(page, "sends(1, [1], ['AAPL'])")
    assert (await after(page, "cleanup()", seconds=30))[-1] == {"kind": "bye"}
    assert await page.evaluate("model.kernel") is None
    assert await page.query_selector("table") is None
