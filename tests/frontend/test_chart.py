"""The chart's widget in Chromium, as it was bundled, with a kernel that is only a list."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route

from tests.frontend.conftest import ORIGIN
from tradestream_nb.views.assets import asset

pytestmark = pytest.mark.asyncio(loop_scope="module")

STYLED = '<!doctype html><link rel="stylesheet" href="chart.css"><link rel="icon" href="icon.svg"><body>'
SETUP = """async () => {
  const { default: widget, CandleChart } = await import("/bundle/chart.js");
  const { ChartFrames } = await import("/src/chart-frames.js");
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  window.said = [];
  window.model = {
    get: (name) => ({ still: "stopped" })[name],
    on: (name, callback) => (model[name] = callback),
    off: (name) => (model[name] = null),
    send: ({ vid, ...message }) => said.push(message),
  };
  // Bars that end every 5 s from `from` on; each closes where it is told, one above or below its opening.
  const rows = (closes, from) => {
    const bars = closes.map((close, n) => [(from + n) * 5e6, close + (n % 2 ? 1 : -1), close + 2, close - 2, close, 9]);
    return new DataView(Float64Array.from(bars.flat()).buffer);
  };
  let seq = 0;
  window.begin = (closes, marks = []) => {
    const content = { full: true, symbol: "ACME", seconds: 5, first: 5e6, after: 0, marks };
    return [{ kind: "frame", seq: ++seq, ...content }, [rows(closes, 1)]];
  };
  window.goOn = (closes, after, first = 1) => {
    const content = { full: false, symbol: "ACME", seconds: 5, first: first * 5e6, after: after * 5e6 };
    return [{ kind: "frame", seq: ++seq, ...content }, [rows(closes, after + 1)]];
  };
  window.painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const pixels = (layer) => {
    const copy = new OffscreenCanvas(layer.width, layer.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(layer, 0, 0);
    return copy.getImageData(0, 0, layer.width, layer.height).data;
  };
  /** How many pixels of the canvases have this colour. */
  window.ink = (colour) => {
    const [r, g, b] = colour.match(/\\d+/g).map(Number);
    const layers = [...document.querySelectorAll("canvas")].filter(({ width, height }) => width && height);
    let count = 0;
    for (const data of layers.map(pixels))
      for (let n = 0; n < data.length; n += 4) count += data[n] === r && data[n + 1] === g && data[n + 2] === b;
    return count;
  };
  window.colour = (name) => {
    const probe = document.body.querySelector(".ts-root").appendChild(document.createElement("i"));
    probe.style.color = `var(--ts-${name})`;
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };
  window.widget = (...frames) => {
    window.cleanup = widget.render({ model, el });
    for (const frame of frames) model['msg:custom'](...frame);
    return painted();
  };
  window.alone = () => {
    el.className = "ts-root ts-chart";
    window.frames_ = new ChartFrames();
    window.one = new CandleChart(el, frames_);
    window.feed = ([frame, [buffer]]) => (one.show(frames_.apply(frame, buffer)), painted());
    return painted();
  };
}"""
DRAWN = "[...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL()).join()"
UP, DOWN = "ink(colour('up'))", "ink(colour('down'))"
MARKS = [
    {"kind": "signal", "side": "BUY", "price": 50, "text": "sma_cross 82%", "ts": 5_000_000},
    {"kind": "fill", "side": "BUY", "price": 50.5, "text": "100", "ts": 5_200_000},
    {"kind": "signal", "side": "SELL", "price": 52, "text": "momentum 70%", "ts": 15_000_000},
]


@pytest_asyncio.fixture(loop_scope="module")
async def chart(page: Page) -> Page:
    """A page of a notebook: it lets a style be written into it, as the chart's library does for its logo."""

    async def answer(route: Route) -> None:
        if route.request.url.endswith("/notebook"):
            await route.fulfill(body=STYLED, content_type="text/html")
        else:
            await route.fulfill(body=asset("chart.js"), content_type="text/javascript")

    await page.route(f"{ORIGIN}/notebook", answer)
    await page.route(f"{ORIGIN}/bundle/chart.js", answer)
    await page.goto(f"{ORIGIN}/notebook")
    await page.evaluate(SETUP)
    return page


async def after(page: Page, script: str, result: str) -> Any:
    """What `result` is one painted frame after `script`."""
    return await page.evaluate(f"async () => {{ {script}; await painted(); return {result}; }}")


async def test_candles_are_drawn_in_the_colours_of_their_directions(chart: Page) -> None:
    up, down = await after(chart, "await widget(begin([50, 51, 50, 51]))", f"[{UP}, {DOWN}]")
    assert up > 100 and down > 100


async def test_a_frame_moves_the_candle_that_forms(chart: Page) -> None:
    await chart.evaluate("widget(begin([50, 51, 50, 51]))")
    before = await chart.evaluate(DRAWN)
    assert await after(chart, "", DRAWN) == before
    moved = await after(chart, "model['msg:custom'](...goOn([58], 3))", DRAWN)
    assert moved != before


async def test_bars_go_on_from_those_that_were_there(chart: Page) -> None:
    await chart.evaluate("alone().then(() => feed(begin([50, 51, 52])))")
    await chart.evaluate("feed(goOn([60, 61], 2))")
    closes = await chart.evaluate("one.candles.data().map(({ time, close }) => [time, close])")
    assert closes == [[5, 50], [10, 51], [15, 60], [20, 61]]
    assert len(await chart.evaluate("one.volumes.data()")) == 4


async def test_signals_are_arrows_and_fills_are_circles(chart: Page) -> None:
    await chart.evaluate("(marks) => alone().then(() => feed(begin([50, 51, 52], marks)))", MARKS)
    shown = await chart.evaluate("one.markers.markers().map(({ time, shape, position }) => [time, shape, position])")
    assert shown == [
        [5, "arrowUp", "belowBar"],
        [10, "circle", "atPriceMiddle"],
        [15, "arrowDown", "aboveBar"],
    ]


async def test_a_switch_of_theme_repaints_it(chart: Page) -> None:
    await chart.evaluate("document.body.dataset.jpThemeLight = 'true'; widget(begin([50, 51, 50, 51]))")
    light = await chart.evaluate("colour('up')")
    assert await chart.evaluate(UP) > 100
    await chart.evaluate("document.body.dataset.jpThemeLight = 'false'")
    await chart.wait_for_function(f"(light) => ink(light) === 0 && {UP} > 100", arg=light)


async def test_a_page_without_a_theme_follows_the_systems(chart: Page) -> None:
    await chart.emulate_media(color_scheme="light")
    await chart.evaluate("widget(begin([50, 51, 50, 51]))")
    light = await chart.evaluate("colour('up')")
    assert await chart.evaluate(UP) > 100
    await chart.emulate_media(color_scheme="dark")
    await chart.wait_for_function(f"(light) => ink(light) === 0 && {UP} > 100", arg=light)


async def test_it_is_drawn_again_when_it_comes_back_into_the_page(chart: Page) -> None:
    await chart.evaluate("widget(begin([50, 51, 50, 51]))")
    await after(chart, "window.el = document.body.firstChild; el.remove()", "0")
    await chart.evaluate("model['msg:custom'](...goOn([58], 3))")
    assert await after(chart, "document.body.append(el); await painted()", UP) > 100


async def test_it_fills_the_width_that_it_is_given(chart: Page) -> None:
    await chart.evaluate("widget(begin([50, 51, 50, 51]))")
    await after(chart, "document.body.style.width = '400px'; await painted()", "0")
    box = await chart.locator(".ts-plot > div").first.bounding_box()
    assert box is not None and 390 < box["width"] <= 400


async def test_it_says_in_words_what_it_shows_and_can_be_reached_by_key(chart: Page) -> None:
    await chart.evaluate("(marks) => widget(begin([50, 51, 52], marks))", MARKS)
    label = await chart.get_attribute(".ts-plot", "aria-label")
    assert label == "ACME: last 52.00, +6.12 % over 3 bars of 5 s"
    await chart.keyboard.press("Tab")
    assert await chart.evaluate("document.activeElement.className") == "ts-plot"
    words = await chart.text_content(".ts-legend")
    assert words is not None and "C 52.00" in words and "SELL signal momentum 70%" in words


async def test_its_words_follow_slowly_so_that_they_can_be_listened_to(chart: Page) -> None:
    await chart.clock.install()
    await chart.evaluate("void alone(); void feed(begin([50, 51, 52])); void feed(goOn([60], 3))")
    label = "document.querySelector('.ts-plot').ariaLabel"
    assert "last 52.00" in await chart.evaluate(label)
    await chart.clock.run_for(5_000)
    assert "last 60.00" in await chart.evaluate(label)


async def test_keys_move_and_scale_it(chart: Page) -> None:
    await chart.evaluate("alone().then(() => feed(begin(Array.from({ length: 300 }, (_, n) => 50 + (n % 7)))))")
    await chart.focus(".ts-plot")
    position, spacing = "one.chart.timeScale().scrollPosition()", "one.chart.timeScale().options().barSpacing"
    start = await chart.evaluate(position)
    await chart.keyboard.press("PageUp")
    assert await after(chart, "", position) == start - 20
    await chart.keyboard.press("End")
    assert await after(chart, "", position) == start
    wide = await chart.evaluate(spacing)
    await chart.keyboard.press("+")
    assert await after(chart, "", spacing) > wide


async def test_who_looks_at_the_past_keeps_looking_at_it_while_bars_come_and_go(chart: Page) -> None:
    await chart.evaluate("alone().then(() => feed(begin(Array(300).fill(50))))")
    await chart.focus(".ts-plot")
    await chart.keyboard.press("PageUp")
    seen = "one.chart.timeScale().getVisibleRange()"
    before = await after(chart, "", seen)
    assert await after(chart, "await feed(goOn([51, 52], 300, 3))", seen) == before
    await chart.keyboard.press("End")
    newest = await after(chart, "", f"{seen}.to")
    assert await after(chart, "await feed(goOn([51, 52, 53], 300, 4))", f"{seen}.to") == newest + 5


async def test_frames_are_confirmed_once_they_are_painted(chart: Page) -> None:
    await chart.evaluate("widget(begin([50, 51]), goOn([52], 1))")
    await chart.wait_for_function("said.length === 2")
    assert await chart.evaluate("said") == [{"kind": "hello", "v": True}, {"kind": "ack", "seq": 2}]


async def test_cleaning_up_leaves_nothing_behind(chart: Page) -> None:
    await chart.evaluate("widget(begin([50, 51]))")
    assert await after(chart, "cleanup()", "[model['msg:custom'], document.querySelector('canvas')]") == [None, None]
    assert (await chart.evaluate("said"))[-1] == {"kind": "bye"}
