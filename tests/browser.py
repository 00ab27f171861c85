"""Finds or installs a Chromium for the browser tests: `python -m tests.browser`, then `open_browser()`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from playwright.async_api import Browser, async_playwright, expect
from playwright.sync_api import sync_playwright

from tests.patience import PATIENCE

INSTALLED = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=1000 * PATIENCE)


class BrowserMissing(Exception):
    """Raised when there is no Chromium and none can be installed; the message says what to do."""


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Run a headless Chromium for the length of the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), args=arguments())
        try:
            yield browser
        finally:
            await browser.close()


def executable() -> str:
    """Return the path of Playwright's own Chromium when it is there, else of an installed one.

    Raises BrowserMissing when there is neither.
    """
    found = _found()
    if found is None:
        raise BrowserMissing("no Chromium for the browser tests: run `python -m tests.browser` or install chromium")
    return found


def arguments() -> list[str]:
    """Return what Chromium is started with: quiet, and without its sandbox for root, who cannot have one."""
    return [*QUIET, "--no-sandbox"] if _is_root() else [*QUIET]


def ensure() -> None:
    """Install a Chromium unless there is one: Playwright's own, else Debian's package.

    Raises BrowserMissing when no way of installing one worked.
    """
    if _found():
        return
    _runs([sys.executable, "-m", "playwright", "install", "chromium"])
    if not _found() and shutil.which("apt-get"):
        for step in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            _runs([*_as_root(), "apt-get", *step])
    executable()


def _found() -> str | None:
    own = _own()
    return own if Path(own).exists() else next(filter(None, map(shutil.which, INSTALLED)), None)


@cache
def _own() -> str:
    def ask() -> str:
        with sync_playwright() as playwright:
            return playwright.chromium.executable_path

    # Its synchronous face refuses a thread that already runs a loop, as a test does.
    with ThreadPoolExecutor(1) as another_thread:
        return another_thread.submit(ask).result()


def _runs(command: Sequence[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def _as_root() -> list[str]:
    return [] if _is_root() else ["sudo", "--non-interactive"]


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


if __name__ == "__main__":
    try:
        ensure()
    except BrowserMissing as missing:
        sys.exit(str(missing))
