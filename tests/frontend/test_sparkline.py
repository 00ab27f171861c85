"""The line of a price's last minute, in Chromium."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.frontend.rendered import after, rendered

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINES = "[...document.querySelectorAll('.ts-spark path')].map((line) => line.getAttribute('d'))"
AGAIN = """async () => {
  const { default: widget } = await import("/views.js");
  const el = document.body.appendChild(document.createElement("div"));
  const before = model["msg:custom"];
  const take = (view) => (model["msg:custom"] = (...frame) => [before, view].forEach((each) => each(...frame)));
  widget.render({ el, model: { ...model, on: (name, view) => name === "msg:custom" && take(view) } });
}"""
"""Displays the widget once more."""


async def lines(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(LINES)
    return found


async def test_it_is_drawn_at_most_once_a_second(page: Page) -> None:
    await rendered(page)
    await after(page, "sends(1, [40], ['KO'])", seconds=1.1)
    await after(page, "sends(2, [41])")
    drawn = await lines(page)
    await after(page, "sends(3, [42])")
    assert drawn[0] and await lines(page) == drawn
    await after(page, "sends(4, [43])", seconds=1)
    await after(page, "sends(5, [43])")
    assert await lines(page) != drawn


async def test_the_newest_price_is_drawn_when_nothing_comes_after_it(page: Page) -> None:
    await rendered(page)
    await after(page, "sends(1, [40], ['KO'])")
    await after(page, "sends(2, [41])")
    await after(page, "sends(3, [42])")
    assert await lines(page) == [""]
    await after(page, "undefined", seconds=1)
    assert await lines(page) == ["M69.6 16.0L70.8 8.0L72.0 0.0"]


async def test_the_minute_before_is_there_when_a_view_is_opened(page: Page) -> None:
    await rendered(page)
    opened = "{ seq: 7, full: true, ts: 60e6, symbols: ['KO', 'PEP'], trail: [30, 45] }"
    await after(page, f"frame({opened}, [42, 9], [], [40, NaN, 41, 8])")
    assert await lines(page) == ["M36.0 16.0L54.0 8.0L72.0 0.0", "M54.0 16.0L72.0 0.0"]


async def test_two_views_of_a_widget_draw_the_same_lines(page: Page) -> None:
    await rendered(page)
    await after(page, "sends(1, [40], ['KO'])", seconds=0.6)
    await after(page, "sends(2, [41])")
    await page.evaluate(AGAIN)
    await after(page, "frame({ seq: 3, full: true, ts: 2e6, symbols: ['KO'], trail: [1] }, [41], [], [40])")
    for seq in range(4, 12):
        await after(page, f"sends({seq}, [{40 + seq % 3}])", seconds=0.3)
        await same(page)


async def test_a_line_that_was_out_of_sight_is_soon_the_same_as_elsewhere(page: Page) -> None:
    await rendered(page)
    await page.evaluate(AGAIN)
    await after(page, "sends(1, [40], ['KO'])", seconds=0.6)
    box = page.locator(".ts-search").last
    await box.fill("other")
    for seq in range(2, 6):
        await after(page, f"sends({seq}, [{40 + seq % 3}])", seconds=0.3)
    await box.fill("")
    for seq in range(6, 10):
        await after(page, f"sends({seq}, [{40 + seq % 3}])", seconds=0.3)
    for seq in range(10, 18):
        await after(page, f"sends({seq}, [{40 + seq % 3}])", seconds=0.3)
        await same(page)


async def same(page: Page) -> None:
    first, second = await lines(page)
    assert first == second and first.count("L") >= 1
