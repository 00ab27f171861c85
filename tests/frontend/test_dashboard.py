"""The dashboard page in Chromium, with a server that is a few lines of this file."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.frontend.conftest import NOW, ORIGIN, POSITION
from tests.patience import PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="module")

WELCOME = {"type": "welcome", "v": 1, "epoch": "one", "server_time": NOW, "heartbeat_ms": 15_000}
PORTFOLIO = {
    "account": "DU1",
    "positions": {"AAPL": POSITION},
    "total_pnl": 1000.0,
    "total_pnl_pct": 5.0,
    "realized_pnl": -20.0,
    "equity": 50_000.0,
    "cash": None,
    "position_count": 1,
}
HEALTH = {
    "state": "stale",
    "last_update": NOW - 90_000_000,
    "messages": 1234,
    "errors": 2,
    "text": "no update for 90 s",
}


class Server:
    """The other end of every WebSocket the page opens."""

    def __init__(self) -> None:
        self.sockets: list[WebSocketRoute] = []
        self.asked: list[dict[str, Any]] = []
        self.resumed, self.there = asyncio.Event(), asyncio.Event()
        self.there.set()

    async def accept(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        socket.on_message(self.grant)
        await self.there.wait()
        self.say(WELCOME)

    def grant(self, text: str | bytes) -> None:
        self.asked.append(request := json.loads(text))
        self.say({"type": "subscribed", "id": request["id"], "subscriptions": {}, "recovered": True})
        if "since" in request:
            self.resumed.set()

    def say(self, message: dict[str, Any]) -> None:
        self.sockets[-1].send(json.dumps(message))

    def tell(self, kind: str, channel: str, **content: Any) -> None:
        self.say({"type": kind, "channel": channel, "seq": 1, "ts": NOW, **content})


async def opened(page: Page) -> Server:
    server = Server()
    await page.route_web_socket("ws://dashboard.test/ws", server.accept)
    await page.goto(f"{ORIGIN}/")
    await expect(page.locator(".badge")).to_have_attribute("data-state", "open")
    return server


def row(page: Page, panel: str, key: str) -> Any:
    return page.locator(f'[data-panel="{panel}"] .ts-row[data-key="{key}"]')


async def test_a_fresh_page_says_what_it_waits_for(page: Page) -> None:
    await opened(page)
    await expect(page.locator(".badge")).to_have_text("live")
    words = {"prices": "first price", "signals": "first signal", "trades": "first trade", "health": "first report"}
    for panel, word in words.items():
        await expect(page.locator(f'[data-panel="{panel}"] .ts-empty')).to_have_text(f"waiting for the {word}")


async def test_prices_tick(page: Page) -> None:
    server = await opened(page)
    quote = {"change": 1.5, "change_pct": 0.65, "volume": 6_640_000, "high": 232.0, "low": None, "open": None}
    server.tell("price_update", "price_updates", snapshot=True, symbols={"AAPL": {"price": 231.5, **quote}})
    apple = row(page, "prices", "AAPL")
    await expect(apple.locator("td")).to_have_text(["AAPL", "231.50", "+1.50", "+0.65 %", "", "—", "232.00", "6.64M"])
    server.tell("price_update", "price_updates", symbols={"AAPL": {"price": 231.75, **quote}})
    await expect(apple.locator('[data-column="price"]')).to_have_text("231.75")


async def test_signals_and_trades_come_newest_first_and_once(page: Page) -> None:
    server = await opened(page)
    for number in (1, 2, 2):
        event = {"symbol": "AAPL", "quantity": 10, "price": 231.5, "id": f"e{number}", "ts": NOW + number}
        server.tell("signal", "signals", signal_type="BUY", confidence=0.875, strategy="momentum", **event)
        server.tell("trade_executed", "trades", side="SELL", commission=None, account="DU1", **event)
    for panel, (key, side) in {"signals": ("one/e2", "BUY"), "trades": ("e2", "SELL")}.items():
        rows = page.locator(f'[data-panel="{panel}"] .ts-row')
        await expect(rows).to_have_count(2)
        await expect(rows.first).to_have_attribute("data-key", key)
        await expect(rows.first.locator(".ts-pill")).to_have_text(side)


async def test_the_account_shows_its_positions_and_totals(page: Page) -> None:
    server = await opened(page)
    server.tell("portfolio_update", "portfolio", data=PORTFOLIO)
    await expect(row(page, "positions", "DU1/AAPL").locator('[data-column="unrealized_pnl"]')).to_have_text("+1,000.00")
    totals = {"equity": "50,000.00", "total_pnl": "+1,000.00", "total_pnl_pct": "+5.00 %", "realized_pnl": "−20.00"}
    for name, text in {**totals, "cash": "—"}.items():
        await expect(page.locator(f'[data-total="{name}"]')).to_have_text(text)


async def test_two_accounts_are_added_up(page: Page) -> None:
    server = await opened(page)
    for account in ("DU1", "DU2"):
        server.tell("portfolio_update", "portfolio", data={**PORTFOLIO, "account": account})
    await expect(page.locator('[data-panel="positions"] .ts-row')).to_have_count(2)
    await expect(page.locator('[data-total="equity"]')).to_have_text("100,000.00")
    await expect(page.locator('[data-total="total_pnl_pct"]')).to_have_text("+5.00 %")


async def test_a_streams_age_goes_on_while_nothing_arrives(page: Page) -> None:
    await page.clock.install()
    server = await opened(page)
    server.tell("health", "health", streams={"trades": HEALTH})
    trades = row(page, "health", "trades")
    await expect(trades.locator("td")).to_have_text(["trades", "stale", "1 min", "1,234", "2", "no update for 90 s"])
    await page.clock.fast_forward("05:00")
    await expect(trades.locator('[data-column="age"]')).to_have_text("6 min")


async def test_a_lost_connection_shows_and_is_resumed(page: Page) -> None:
    server = await opened(page)
    server.tell("signal", "signals", id="e1", signal_type="BUY", symbol="AAPL", price=1, confidence=1)
    await expect(row(page, "signals", "one/e1")).to_be_visible()
    server.there.clear()
    await server.sockets[0].close(code=1012)
    await expect(page.locator(".badge")).to_have_text("reconnecting")
    server.there.set()
    await expect(page.locator(".badge")).to_have_text("live")
    await asyncio.wait_for(server.resumed.wait(), PATIENCE)
    resumed = [request for request in server.asked if "since" in request]
    assert [(request["channel"], request["since"]) for request in resumed] == [
        ("signals", {"epoch": "one", "seq": 1}),
    ]
    await expect(row(page, "signals", "one/e1")).to_be_visible()


async def test_another_run_of_the_server_begins_with_its_own_prices(page: Page) -> None:
    server = await opened(page)
    server.tell("price_update", "price_updates", symbols={"AAPL": {"price": 1}})
    await expect(row(page, "prices", "AAPL")).to_be_visible()
    server.say({**WELCOME, "epoch": "two"})
    await expect(row(page, "prices", "AAPL")).to_have_count(0)


async def test_the_filter_narrows_the_prices(page: Page) -> None:
    server = await opened(page)
    server.tell("price_update", "price_updates", symbols={name: {"price": 1} for name in ("AAPL", "MSFT")})
    await page.fill('[data-panel="prices"] input[type="search"]', "ms")
    rows = page.locator('[data-panel="prices"] .ts-row')
    await expect(rows).to_have_count(1)
    await page.press('[data-panel="prices"] input[type="search"]', "Escape")
    await expect(rows).to_have_count(2)


async def test_the_chosen_theme_is_remembered(page: Page) -> None:
    await opened(page)
    await page.get_by_text("Dark", exact=True).click()
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page.get_by_label("Dark")).to_be_checked()
    await page.get_by_text("Auto", exact=True).click()
    await expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("width", [360, 768, 1440, 2560])
async def test_no_width_makes_the_page_scroll_sideways(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 900})
    server = await opened(page)
    server.tell("portfolio_update", "portfolio", data=PORTFOLIO)
    await expect(row(page, "positions", "DU1/AAPL")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("size", [(390, 844), (800, 900), (1100, 700), (1440, 817), (1440, 900), (2200, 1200)])
async def test_at_no_size_a_table_ends_within_a_row(page: Page, size: tuple[int, int]) -> None:
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    server = await opened(page)
    server.tell("price_update", "price_updates", symbols={f"S{n:03}": {"price": 1.0} for n in range(100)})
    await expect(page.locator('[data-panel="prices"] .ts-row').nth(9)).to_be_attached()
    ends = """(scrollers) => scrollers.map((one) => {
      const [table, panel] = [one, one.parentElement].map((each) => each.getBoundingClientRect());
      return [table.height / document.querySelector(".ts-row").offsetHeight, table.bottom < panel.bottom];
    })"""
    tables = await page.locator(".ts-scroller").evaluate_all(ends)
    assert len(tables) == 5
    assert all(rows >= 2 and rows == int(rows) and inside for rows, inside in tables)


class Locked(Server):
    """A server that asks for a token, in the first message or as a subprotocol."""

    token = "desk-secret-0123456789"

    async def accept(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        socket.on_message(self._hear)
        self.say({**WELCOME, "auth": "required"})

    def _hear(self, text: str | bytes) -> None:
        self.asked.append(json.loads(text))
        if self.asked[-1]["type"] == "auth":
            right = self.asked[-1]["token"] == self.token
            self.say({"type": "authenticated", "id": self.asked[-1]["id"], "name": "desk"} if right else WRONG)
            if not right:
                asyncio.ensure_future(self.sockets[-1].close(code=4401, reason="this token is not known here"))


WRONG = {"type": "error", "code": "auth_failed", "error": "this token is not known here"}


async def locked(page: Page, fragment: str = "") -> Locked:
    server = Locked()
    await page.route_web_socket("ws://dashboard.test/ws", server.accept)
    await page.goto(f"{ORIGIN}/{fragment}")
    return server


async def test_a_token_is_asked_for_and_kept_for_the_tab(page: Page) -> None:
    server = await locked(page)
    await expect(page.get_by_role("alert")).to_have_text("a token is needed")
    await page.get_by_label("Token").fill("wrong-secret-0123456789")
    await page.get_by_role("button", name="Connect").click()
    await expect(page.get_by_role("alert")).to_have_text("this token is not known here")
    await page.get_by_label("Token").fill(server.token)
    await page.get_by_label("Token").press("Enter")
    await expect(page.locator(".badge")).to_have_text("live")
    await expect(page.get_by_label("Token")).not_to_be_visible()
    await page.reload()
    await expect(page.locator(".badge")).to_have_text("live")


async def test_a_token_behind_the_address_is_taken_and_taken_out(page: Page) -> None:
    await locked(page, f"#token={Locked.token}")
    await expect(page.locator(".badge")).to_have_text("live")
    assert page.url == f"{ORIGIN}/"
