"""The quickstart in the real JupyterLab, Notebook 7 and Voilà: its table ticks, whether the kernel is idle or busy."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Route, ViewportSize, expect

from tests.browser import open_browser
from tests.e2e.lab import jupyter_lab, notebook_page
from tests.patience import PATIENCE
from tests.project.tree import ROOT

BUSY = """
import pathlib, threading, time
while not pathlib.Path("seen").exists(): time.sleep(0.1)
[thread.name for thread in threading.enumerate()].count("tradestream")
"""
PRICES = '[...document.querySelectorAll(".ts-row")].map((row) => row.cells[1].textContent).join(" ")'
DONE = re.compile(r"\[\d+\]:")
"""The prompt of a cell that has run: one that is not drawn yet has none, and one that waits may wait in vain."""
RUN_ALL = """
async () => {
  const { commands, shell } = window.jupyterapp;
  await shell.currentWidget.context.ready;
  await shell.currentWidget.sessionContext.ready;
  await shell.currentWidget.sessionContext.session.kernel.info;
  void commands.execute("notebook:run-all-cells");
}
"""
SEEN = """
window.prices = () => [...document.querySelectorAll(".jp-OutputArea-output .ts-row")]
  .map((row) => row.cells[1].textContent).join(" ");
window.prompt = () => [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].at(-1).textContent;
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The quickstart up to its live table, and a cell that keeps the kernel busy."""
    notebook = json.loads((ROOT / "notebooks" / "00_quickstart.ipynb").read_text(encoding="utf-8"))
    cells = notebook["cells"]
    table = next(place for place, cell in enumerate(cells) if "".join(cell["source"]) == "session.prices()")
    notebook["cells"] = [*cells[: table + 1], {**cells[table], "id": "busy", "source": BUSY.strip()}]
    folder = tmp_path / "root"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "notebooks" / "quickstart.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    shutil.copytree(ROOT / "handlers", folder / "handlers", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
async def page(root: Path, tmp_path: Path) -> AsyncIterator[Page]:
    path, size = "notebooks/quickstart.ipynb", ViewportSize(width=1200, height=1400)
    async with notebook_page(root, tmp_path / "home", path, size=size, script=SEEN) as page:
        yield page


async def test_the_quickstarts_table_ticks_while_the_kernel_is_idle_and_while_a_cell_is_busy(
    page: Page, root: Path
) -> None:
    busy = page.locator(".jp-CodeCell").last
    await expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    await busy.locator(".cm-content").click()
    # The second time each cell takes the place of what its first run has left.
    for _ in range(2):
        await page.get_by_role("menuitem", name="Run", exact=True).click()
        await page.get_by_role("menuitem", name="Run All Above Selected Cell").click()
    table = page.locator(".jp-OutputArea-output .ts-scroller")
    # Nothing is sent to a table that nobody sees.
    await table.scroll_into_view_if_needed()
    await expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    for _ in range(5):
        await ticks(page, "[ ]:")
    await busy.locator(".cm-content").press("Control+Enter")
    for _ in range(5):
        await ticks(page, "[*]:")
    (root / "notebooks" / "seen").touch()
    await expect(busy.locator(".jp-OutputArea-output")).to_have_text("1")


@pytest.mark.parametrize(("app", "folder"), [("notebook", "notebooks"), ("voila", "voila/render")])
async def test_the_table_ticks_on_other_pages_too(app: str, folder: str, root: Path, tmp_path: Path) -> None:
    (root / "notebooks" / "seen").touch()
    async with jupyter_lab(root, tmp_path / "home") as port, open_browser() as browser:
        # So high that all of the notebook is in it: what is far below is not rendered.
        page = await browser.new_page(viewport=ViewportSize(width=1200, height=4000))
        page.set_default_timeout(1000 * PATIENCE)
        await page.route("**/*", stay)
        await page.goto(f"http://127.0.0.1:{port}/{folder}/notebooks/quickstart.ipynb")
        if app == "notebook":
            await page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()
            await run_all(page)
        await page.locator(".ts-scroller").scroll_into_view_if_needed()
        for _ in range(5):
            before = await page.evaluate(PRICES)
            await page.wait_for_function(f"(before) => ![before, ''].includes({PRICES})", arg=before)


async def run_all(page: Page) -> None:
    """Run all cells by what is behind the menu's item: the menu itself comes up before what it acts on."""
    await page.wait_for_function("window.jupyterapp?.commands.isEnabled('notebook:run-all-cells')")
    await page.evaluate(RUN_ALL)
    await expect(page.locator(".jp-CodeCell .jp-InputPrompt").first).to_have_text(DONE)


async def stay(route: Route) -> None:
    """Keep a page on this machine: Voilà asks for fonts elsewhere."""
    await (route.continue_() if urlsplit(route.request.url).hostname == "127.0.0.1" else route.abort())


async def ticks(page: Page, prompt: str) -> None:
    """Wait until another price is shown while the last cell's prompt is this."""
    before = await page.evaluate("prices()")
    await page.wait_for_function("([before, mark]) => prices() !== before && prompt() === mark", arg=[before, prompt])
