"""The widgets' browser side in Chromium, with a kernel that is only a list."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.frontend.conftest import BLANK, NOW, POSITION

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOARD = ["price_updates", "portfolio", "signals", "trades", "health"]
SETUP = """async ([topics, now]) => {
  const { default: widget } = await import("/views.js");
  window.said = [];
  window.model = {
    get: (name) => ({ topics })[name],
    on: (name, callback) => (model[name] = callback),
    off: (name) => (model[name] = null),
    send: ({ vid, ...message }) => said.push(message),
  };
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  window.frame = (content, prices = [], messages = []) => {
    const rows = Float64Array.from(prices.flatMap((price) => [price, 0, 0, 0, 0, 0]));
    const bytes = messages.length ? new TextEncoder().encode(JSON.stringify(messages)) : new Uint8Array();
    const buffers = [new DataView(rows.buffer), new DataView(bytes.buffer)];
    model['msg:custom']({ kind: "frame", now, full: false, ...content }, buffers);
  };
  window.sends = (seq, prices, symbols) => frame({ seq, ts: seq * 1e6, symbols, full: Boolean(symbols) }, prices);
  window.tells = (seq, messages, full = false) => frame({ seq, full }, [], messages);
  window.cleanup = widget.render({ model, el });
}"""
HELLO = {"kind": "hello", "v": True}
ACCOUNT = {"account": "DU1", "positions": {"AAPL": POSITION}, "total_pnl": 1000.0, "equity": 50_000.0, "cash": None}
HEALTH = {"state": "stale", "last_update": NOW - 90_000_000, "messages": 1234, "errors": 2, "text": "no news for 90 s"}


async def rendered(page: Page, *topics: str) -> None:
    await page.clock.install(time=NOW / 1e6)
    await page.clock.pause_at(NOW / 1e6 + 1)
    await page.goto(BLANK)
    await page.evaluate(SETUP, [topics or ["price_updates"], NOW])


async def after(page: Page, script: str, *, seconds: float = 0.1) -> list[dict[str, Any]]:
    """What the view has said in all, some time after `script`."""
    await page.evaluate(script)
    await page.clock.run_for(int(seconds * 1000))
    messages: list[dict[str, Any]] = await page.evaluate("said")
    return messages


async def tells(page: Page, seq: int, *messages: dict[str, Any], full: bool = False) -> None:
    await after(page, f"tells({seq}, {json.dumps(messages)}, {json.dumps(full)})")


async def cells(page: Page, panel: str, count: int = 99) -> list[list[str]]:
    """The first texts of each row of a panel."""
    rows = f"[...document.querySelectorAll('[data-panel={panel}] .ts-row')]"
    texts = f"{rows}.map((row) => [...row.cells].slice(0, {count}).map((td) => td.textContent))"
    found: list[list[str]] = await page.evaluate(texts)
    return found


def signal(seq: int, symbol: str = "AAPL", **more: Any) -> dict[str, Any]:
    event = {"symbol": symbol, "signal_type": "BUY", "price": 231.5, "confidence": 0.875, "strategy": "momentum"}
    return {"type": "signal", "channel": "signals", "id": f"signals:{seq}", "ts": NOW + seq, **event, **more}


async def test_a_view_opens_with_hello_and_waits(page: Page) -> None:
    await rendered(page)
    assert await after(page, "") == [HELLO]
    assert await page.text_content(".ts-empty") == "waiting for the first price"


async def test_frames_are_shown_and_confirmed_once_a_second(page: Page) -> None:
    await rendered(page)
    await after(page, "sends(1, [231.5, 40], ['AAPL', 'KO'])")
    assert await cells(page, "prices", 2) == [["AAPL", "231.50"], ["KO", "40.00"]]
    await after(page, "sends(2, [232, 40])")
    assert await cells(page, "prices", 2) == [["AAPL", "232.00"], ["KO", "40.00"]]
    assert await after(page, "", seconds=1) == [HELLO, {"kind": "ack", "seq": 2}]
    assert await after(page, "", seconds=1) == [HELLO, {"kind": "ack", "seq": 2}]


async def test_the_line_of_a_price_is_drawn_at_most_once_a_second(page: Page) -> None:
    await rendered(page)
    line = "document.querySelector('.ts-spark path').getAttribute('d')"
    await after(page, "sends(1, [40], ['KO'])", seconds=1.1)
    await after(page, "sends(2, [41])")
    drawn = await page.evaluate(line)
    await after(page, "sends(3, [42])")
    assert drawn and await page.evaluate(line) == drawn
    await after(page, "sends(4, [43])", seconds=1)
    await after(page, "sends(5, [43])")
    assert await page.evaluate(line) != drawn


async def test_it_is_told_how_many_rows_match_what_is_searched_for(page: Page) -> None:
    await rendered(page)
    await after(page, "sends(1, [231.5, 40], ['AAPL', 'KO'])")
    assert await page.text_content(".ts-count") == "2"
    await page.fill(".ts-search", "aa")
    await after(page, "")
    assert await page.text_content(".ts-count") == "1 of 2"
    await page.fill(".ts-search", "")
    await after(page, "")
    assert await page.text_content(".ts-count") == "2"


async def test_what_the_keyboard_is_in_has_a_ring_that_no_heading_covers(page: Page) -> None:
    await rendered(page)
    await page.focus(".ts-search")
    rings = "(seen) => getComputedStyle(document.querySelector(seen)).outlineStyle"
    assert await page.evaluate(rings, ".ts-panel") == "none"
    await page.keyboard.press("Shift+Tab")
    await page.focus(".ts-scroller")
    assert [await page.evaluate(rings, seen) for seen in (".ts-panel", ".ts-scroller")] == ["solid", "none"]


@pytest.mark.parametrize(
    ("width", "rows"), [(800, [4]), (600, [2, 2]), (480, [2, 2]), (360, [2, 2]), (260, [1, 1, 1, 1])]
)
async def test_the_totals_stand_in_rows_of_equal_length(page: Page, width: int, rows: list[int]) -> None:
    await rendered(page, "portfolio")
    await page.set_viewport_size({"width": width, "height": 600})
    tops = await page.evaluate("[...document.querySelectorAll('.ts-totals > div')].map((pair) => pair.offsetTop)")
    assert [tops.count(top) for top in sorted(set(tops))] == rows


async def test_a_frame_with_nothing_new_is_confirmed_too(page: Page) -> None:
    await rendered(page, "signals")
    await tells(page, 1, full=True)
    assert await after(page, "", seconds=1) == [HELLO, {"kind": "ack", "seq": 1}]


async def test_frames_before_the_answer_to_hello_are_for_others(page: Page) -> None:
    await rendered(page)
    assert await after(page, "sends(5, [231.5, 40]); sends(6, [231.5, 40])") == [HELLO]
    assert await cells(page, "prices") == []
    await after(page, "sends(7, [231.5, 40], ['AAPL', 'KO'])")
    assert len(await cells(page, "prices")) == 2


async def test_a_frame_that_was_lost_makes_the_view_ask_for_everything_once(page: Page) -> None:
    await rendered(page, "signals")
    await tells(page, 1, signal(1), full=True)
    await tells(page, 3, signal(3))
    await tells(page, 4, signal(4))
    assert await after(page, "") == [HELLO, HELLO]
    assert len(await cells(page, "signals")) == 1
    await tells(page, 5, *(signal(seq) for seq in range(1, 5)), full=True)
    assert len(await cells(page, "signals")) == 4


async def test_a_view_that_hears_nothing_asks_again(page: Page) -> None:
    await rendered(page)
    assert await after(page, "", seconds=9) == [HELLO]
    assert await after(page, "", seconds=2) == [HELLO, HELLO]


async def test_a_view_whose_kernel_is_gone_says_so_until_there_is_one_again(page: Page) -> None:
    await rendered(page)
    await after(page, "sends(1, [40], ['KO']); void (model.send = () => { throw new Error('Cannot send'); })")
    assert await page.locator(".ts-cut").count() == 0
    await after(page, "model.comm_live_update()")
    assert await page.get_by_role("status").text_content() == "The kernel is gone: run the cells again."
    await after(page, "void (model.send = ({ vid, ...message }) => said.push(message))", seconds=10)
    assert await page.locator(".ts-cut").count() == 0


async def test_a_silence_is_found_to_be_the_kernels_end(page: Page) -> None:
    await rendered(page)
    await after(page, "void (model.send = () => { throw new Error('Cannot send'); })", seconds=11)
    assert await page.locator(".ts-cut").count() == 1
    await page.evaluate("cleanup()")
    assert await page.locator(".ts-cut").count() == 0


async def test_a_view_says_when_it_leaves_sight_and_comes_back(page: Page) -> None:
    await rendered(page)
    await page.evaluate("document.body.firstChild.style.display = 'none'")
    await page.wait_for_function("() => said.length === 2")
    await page.evaluate("document.body.firstChild.style.display = ''")
    await page.wait_for_function("() => said.length === 3")
    assert await after(page, "") == [HELLO, {"kind": "vis", "v": False}, {"kind": "vis", "v": True}]


async def test_cleaning_up_says_bye_and_leaves_nothing_behind(page: Page) -> None:
    await rendered(page, *BOARD)
    await after(page, "sends(1, [1], ['AAPL'])")
    assert (await after(page, "cleanup()", seconds=30))[-1] == {"kind": "bye"}
    assert await page.evaluate("model['msg:custom']") is None
    assert await page.query_selector(".ts-panel") is None


async def test_signals_come_newest_first_and_only_news_lights_up(page: Page) -> None:
    await rendered(page, "signals")
    await tells(page, 1, signal(1, snapshot=True), full=True)
    await tells(page, 2, signal(2, "MSFT", signal_type="SELL"))
    rows = await cells(page, "signals")
    assert [row[1:] for row in rows] == [
        ["SELL", "MSFT", "231.50", "88 %", "momentum"],
        ["BUY", "AAPL", "231.50", "88 %", "momentum"],
    ]
    flashes = await page.evaluate("[...document.querySelectorAll('.ts-row')].map((row) => row.dataset.flash ?? '')")
    assert flashes == ["fresh", ""]


async def test_every_log_can_be_filtered_by_symbol_from_the_keyboard(page: Page) -> None:
    await rendered(page, "signals")
    await tells(page, 1, signal(1), signal(2, "MSFT"), full=True)
    box = page.get_by_role("searchbox", name="Filter signals")
    await box.press_sequentially("ms")
    await page.clock.run_for(100)
    assert [row[2] for row in await cells(page, "signals")] == ["MSFT"]
    await box.press("Escape")
    await page.clock.run_for(100)
    assert len(await cells(page, "signals")) == 2


async def test_a_trade_shows_what_was_paid(page: Page) -> None:
    await rendered(page, "trades")
    trade = {"symbol": "AAPL", "side": "SELL", "quantity": 10, "price": 231.5, "commission": 1}
    await tells(page, 1, {"type": "trade_executed", "channel": "trades", "id": "e1", "ts": NOW, **trade}, full=True)
    [row] = await cells(page, "trades")
    assert row[1:] == ["SELL", "AAPL", "10", "231.50", "1.00"]


async def test_the_portfolio_shows_positions_and_totals(page: Page) -> None:
    await rendered(page, "portfolio")
    await tells(page, 1, {"type": "portfolio_update", "channel": "portfolio", "ts": NOW, "data": ACCOUNT}, full=True)
    assert await cells(page, "positions") == [["AAPL", "100", "200.00", "210.00", "+1,000.00", "+5.00 %"]]
    for name, text in {"equity": "50,000.00", "total_pnl": "+1,000.00", "realized_pnl": "—", "cash": "—"}.items():
        assert await page.text_content(f'[data-total="{name}"]') == text
    assert await page.get_attribute('[data-total="total_pnl"]', "data-direction") == "up"


async def test_the_equity_is_drawn_as_it_goes(page: Page) -> None:
    await rendered(page, "portfolio")
    for seq, equity in enumerate((50_000.0, 50_020.0), start=1):
        update = {
            "type": "portfolio_update",
            "channel": "portfolio",
            "ts": NOW + seq,
            "data": {**ACCOUNT, "equity": equity},
        }
        await tells(page, seq, update, full=seq == 1)
    assert await page.get_attribute(".ts-equity", "data-direction") == "up"
    assert "+20.00" in (await page.get_attribute(".ts-equity", "aria-label") or "")


async def test_the_equity_of_the_time_before_is_drawn_when_a_view_is_opened(page: Page) -> None:
    await rendered(page, "portfolio")
    update = {"type": "portfolio_update", "channel": "portfolio", "ts": NOW, "data": ACCOUNT}
    before = [[NOW - 1_000_000, 49_930.0], [NOW, 50_000.0]]
    await after(page, f"frame({json.dumps({'seq': 1, 'full': True, 'equity': before})}, [], {json.dumps([update])})")
    assert "+70.00" in (await page.get_attribute(".ts-equity", "aria-label") or "")
    news = {**update, "ts": NOW + 1_000_000, "data": {**ACCOUNT, "equity": 50_080.5}}
    await tells(page, 2, news)
    assert "+150.50" in (await page.get_attribute(".ts-equity", "aria-label") or "")


async def test_ages_go_on_by_the_streams_clock_while_nothing_comes(page: Page) -> None:
    await rendered(page, "health")
    await tells(page, 1, {"type": "health", "channel": "health", "ts": NOW, "streams": {"trades": HEALTH}}, full=True)
    assert await cells(page, "health") == [["trades", "stale", "1 min", "1,234", "2", "no news for 90 s"]]
    await page.clock.fast_forward("05:00")
    await page.clock.run_for(100)
    assert (await cells(page, "health"))[0][2] == "6 min"


async def test_the_board_shows_everything_and_draws_what_changed(page: Page) -> None:
    await rendered(page, *BOARD)
    await after(page, "sends(1, [231.5], ['AAPL'])")
    await tells(page, 2, signal(1))
    for name in ("Prices", "Positions", "Signals", "Trades", "Stream health"):
        await expect(page.locator(f'section[aria-label="{name}"]')).to_be_visible()
    assert len(await cells(page, "prices")) == len(await cells(page, "signals")) == 1


@pytest.mark.parametrize("width", [320, 700, 1100, 1800])
async def test_no_width_makes_the_board_scroll_sideways(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 900})
    await rendered(page, *BOARD)
    await after(page, "sends(1, [231.5], ['AAPL'])")
    assert await page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("kind", ["light", "dark"])
async def test_the_theme_is_the_notebooks_wherever_it_says_so(page: Page, kind: str) -> None:
    await page.emulate_media(color_scheme="dark" if kind == "light" else "light")
    await rendered(page)
    scheme = "getComputedStyle(document.querySelector('.ts-root')).colorScheme"
    assert await page.evaluate(f"document.body.className = 'vscode-{kind}'; {scheme}") == kind
    told = f"document.body.className = ''; document.body.dataset.jpThemeLight = {json.dumps(kind == 'light')}"
    assert await page.evaluate(f"{told}; {scheme}") == kind


async def test_keys_in_a_view_stay_in_it_but_for_shortcuts(page: Page) -> None:
    """A notebook deletes the selected cell at `d d` and moves it with the arrows."""
    await rendered(page)
    await page.evaluate("window.keys = []; addEventListener('keydown', (event) => keys.push(event.key))")
    await page.focus(".ts-scroller")
    for key in ("d", "ArrowDown", "Enter", "Control+s"):
        await page.keyboard.press(key)
    assert await page.evaluate("keys") == ["Control", "s"]
