"""One contestant in a JupyterLab and a browser of its own, and what was measured there."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from math import inf
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.async_api import Page, Route

from tests.benchmarks.lab.processes import Meter, Usage
from tests.browser import open_browser
from tests.e2e.lab import jupyter_lab

PROBE = Path(__file__).with_name("probe.js")
PATIENCE = 30.0
"""Seconds for a page to be ready, and for a contestant to show its first row."""
WARM, MEASURED = 3.0, 15.0
"""Seconds that a contestant runs before it is measured, and for which it is."""
BLANK = ("idle", "market")
"""Contestants that show nothing."""
STUCK = 6.0
"""Seconds without a word from the page after which it counts as stuck."""


class Result(NamedTuple):
    """What one contestant has cost and shown; rates are per second, latencies in milliseconds."""

    usage: Usage
    kilobytes: float
    messages: float
    frames: float
    updates: float
    p50: float
    p95: float


class Report(NamedTuple):
    """What the page has said about a span of time."""

    seconds: float = 0.0
    frames: int = 0
    messages: int = 0
    bytes: int = 0
    latencies: list[float] = []

    def and_then(self, later: Report) -> Report:
        """Both spans as one."""
        return Report(
            self.seconds + later.seconds,
            self.frames + later.frames,
            self.messages + later.messages,
            self.bytes + later.bytes,
            self.latencies + later.latencies,
        )


async def measure(name: str, symbols: int) -> Result:
    """Run a contestant of `contestants.py` until enough is known of it."""
    with TemporaryDirectory() as folder:
        root, home = Path(folder, "root"), Path(folder, "home")
        _write_notebook(root / f"{name}.ipynb", f"await show({name!r}, {symbols})")
        async with jupyter_lab(root, home) as port, open_browser() as browser:
            page = await browser.new_page(viewport={"width": 1200, "height": 900})
            reports: asyncio.Queue[Report] = asyncio.Queue()
            await _prepare(page, reports)
            await page.goto(f"http://127.0.0.1:{port}/lab/tree/{name}.ipynb")
            await _run(page)
            if name in BLANK:
                await page.get_by_text("[1]:", exact=True).wait_for(timeout=1000 * PATIENCE)
            return await _watch(reports, shows=name not in BLANK)


def _write_notebook(file: Path, call: str) -> None:
    source = f"from tests.benchmarks.lab.contestants import show\n{call}"
    cell: dict[str, object] = {"cell_type": "code", "id": "run", "metadata": {}, "source": source}
    cell |= {"outputs": [], "execution_count": None}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    file.parent.mkdir()
    file.write_text(json.dumps(notebook), encoding="utf-8")


async def _prepare(page: Page, reports: asyncio.Queue[Report]) -> None:
    """Let the page report, and ask nobody but the lab."""

    async def guard(route: Route) -> None:
        await (route.continue_() if urlsplit(route.request.url).hostname == "127.0.0.1" else route.abort())

    await page.route("**/*", guard)
    await page.expose_function("report", lambda said: reports.put_nowait(Report(**said)))
    await page.add_init_script(path=PROBE)


async def _run(page: Page) -> None:
    """Run the notebook's cell once its kernel is idle."""
    await page.get_by_text("(ipykernel) | Idle").wait_for(timeout=1000 * PATIENCE)
    await page.locator(".jp-CodeCell .cm-content").press("Shift+Enter")


async def _watch(reports: asyncio.Queue[Report], *, shows: bool) -> Result:
    """Measure once the first row is there; what never shows one is infinitely late."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while not (await reports.get()).latencies and shows:
                pass
    await _next(reports, WARM)
    meter = Meter()
    seen = await _next(reports, MEASURED)
    middle, late = _percentiles(seen.latencies)
    return Result(
        meter.percent(),
        kilobytes=seen.bytes / 1000 / seen.seconds,
        messages=seen.messages / seen.seconds,
        frames=seen.frames / seen.seconds,
        updates=len(seen.latencies) / seen.seconds,
        p50=middle,
        p95=late,
    )


def _percentiles(latencies: list[float]) -> tuple[float, float]:
    """The median and what 95 of 100 stay below; nothing that was seen in time is never."""
    if len(latencies) < 2:
        return inf, inf
    return median(latencies), quantiles(latencies, n=20)[-1]


async def _next(reports: asyncio.Queue[Report], seconds: float) -> Report:
    """What the page says in so many seconds; what a stuck page does not say counts as nothing."""
    began, said = time.monotonic(), Report()
    while said.seconds < seconds:
        left = began + seconds + STUCK - time.monotonic()
        try:
            said = said.and_then(await asyncio.wait_for(reports.get(), left))
        except TimeoutError:
            return said._replace(seconds=time.monotonic() - began)
    return said
