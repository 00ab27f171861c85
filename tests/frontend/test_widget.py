"""What the widgets show, in Chromium."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Page, expect

from tests.frontend.conftest import NOW, POSITION
from tests.frontend.rendered import after, cells, rendered, signal, tells

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOARD = ["price_updates", "portfolio", "signals", "trades", "health"]
ACCOUNT = {"account": "DU1", "positions": {"AAPL": POSITION}, "total_pnl": 1000.0, "equity": 50_000.0, "cash": None}
HEALTH = {"state": "stale", "last_update": NOW - 90_000_000, "messages": 1234, "errors": 2, "text": "no news for 90 s"}


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
    ("width", "rows"), [(700, [4]), (600, [2, 2]), (480, [2, 2]), (360, [2, 2]), (260, [1, 1, 1, 1])]
)
async def test_the_totals_stand_in_rows_of_equal_length(page: Page, width: int, rows: list[int]) -> None:
    await rendered(page, "portfolio")
    await page.set_viewport_size({"width": width, "height": 600})
    tops = await page.evaluate("[...document.querySelectorAll('.ts-totals > div')].map((pair) => pair.offsetTop)")
    assert [tops.count(top) for top in sorted(set(tops))] == rows


@pytest.mark.parametrize("width", [900, 830, 700, 480, 360])
async def test_no_total_runs_into_another(page: Page, width: int) -> None:
    await rendered(page, "portfolio")
    await page.set_viewport_size({"width": width, "height": 600})
    lost = {
        "total_pnl": -1_154_017.63,
        "total_pnl_pct": -53.68,
        "equity": 1e6,
        "cash": 1e6,
        "realized_pnl": -442_139.98,
    }
    account = {**ACCOUNT, **lost}
    await tells(page, 1, {"type": "portfolio_update", "channel": "portfolio", "ts": NOW, "data": account}, full=True)
    wide = "[...document.querySelectorAll('.ts-totals dd')].filter((one) => one.scrollWidth > one.clientWidth).length"
    assert await page.inner_text("[data-total=total_pnl_pct]") == "−53.68 %"
    assert await page.evaluate(wide) == 0


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


@pytest.mark.parametrize("width", [340, 440, 600, 700])
async def test_streams_and_their_states_are_told_in_full_at_any_width(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 600})
    await rendered(page, "health")
    streams = {"price_updates": {**HEALTH, "state": "stopped"}, "signals": {**HEALTH, "state": "starting"}}
    await tells(page, 1, {"type": "health", "channel": "health", "ts": NOW, "streams": streams}, full=True)
    told = "[...document.querySelectorAll('td[data-column=name], td[data-column=state]')]"
    assert await page.evaluate(f"{told}.map((cell) => cell.scrollWidth - cell.clientWidth)") == [0] * 4


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
