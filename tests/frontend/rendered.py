"""Renders a widget's browser side in Chromium, with a kernel that is only a list."""

from __future__ import annotations

import json
from typing import Any

from playwright.async_api import Page

from tests.frontend.conftest import BLANK, NOW

SETUP = """async ([topics, now]) => {
  const { default: widget } = await import("/views.js");
  window.said = [];
  window.model = {
    get: (name) => ({ topics, still: "" })[name],
    on: (name, callback) => (model[name] = callback),
    off: (name) => (model[name] = null),
    send: ({ vid, ...message }) => said.push(message),
  };
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  window.frame = (content, prices = [], messages = [], minute = []) => {
    const rows = Float64Array.from([...prices.flatMap((price) => [price, 0, 0, 0, 0, 0]), ...minute]);
    const bytes = messages.length ? new TextEncoder().encode(JSON.stringify(messages)) : new Uint8Array();
    const buffers = [new DataView(rows.buffer), new DataView(bytes.buffer)];
    model['msg:custom']({ kind: "frame", now, full: false, ...content }, buffers);
  };
  window.sends = (seq, prices, symbols) => frame({ seq, ts: seq * 1e6, symbols, full: Boolean(symbols) }, prices);
  window.tells = (seq, messages, full = false) => frame({ seq, full }, [], messages);
  window.stands = (still) => {
    model.get = (name) => ({ topics, still })[name];
    model["change:still"]();
  };
  window.cleanup = widget.render({ model, el });
}"""
HELLO = {"kind": "hello", "v": True}


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
