"""The curve of an account's equity in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.frontend.conftest import BLANK

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETUP = """async () => {
  const { mountEquityCurve } = await import("/src/equity-curve.js");
  document.body.replaceChildren();
  document.body.className = "ts-root";
  window.curve = mountEquityCurve(document.body);
  window.painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
SHOWN = "(({ dataset, ariaLabel }) => [dataset.direction, ariaLabel])(document.querySelector('svg'))"
LINE = "document.querySelector('.ts-equity-line').getAttribute('d')"


async def mounted(page: Page) -> None:
    await page.goto(BLANK)
    await page.evaluate(SETUP)


async def test_it_says_that_nothing_is_known_yet(page: Page) -> None:
    await mounted(page)
    assert await page.evaluate(SHOWN) == ["flat", "Equity: nothing known yet"]
    assert await page.evaluate(LINE) == ""


async def test_points_make_a_line_in_the_colour_of_its_direction(page: Page) -> None:
    await mounted(page)
    await page.evaluate("curve.push(0, 100); curve.push(1e6, 200); curve.push(2e6, 150); painted()")
    assert await page.evaluate(LINE) == "M0.0 100.0L300.0 0.0L600.0 50.0"
    direction, label = await page.evaluate(SHOWN)
    assert direction == "up"
    assert label.startswith("Equity 150.00, +50.00 since ")


async def test_it_begins_again_with_the_points_it_is_given(page: Page) -> None:
    await mounted(page)
    await page.evaluate("curve.push(0, 100); curve.reset([[5, 70], [6, 60]]); painted()")
    assert await page.evaluate(LINE) == "M0.0 0.0L600.0 100.0"
    assert (await page.evaluate(SHOWN))[0] == "down"


async def test_many_points_are_one_paint(page: Page) -> None:
    await mounted(page)
    asked = await page.evaluate("""async () => {
      await painted();
      let asked = 0;
      const original = window.requestAnimationFrame;
      window.requestAnimationFrame = (paint) => { asked += 1; return original(paint); };
      for (let n = 0; n < 100; n += 1) curve.push(n, n);
      window.requestAnimationFrame = original;
      return asked;
    }""")
    assert asked == 1
