"""Runs the real JupyterLab as a process, and opens a notebook in it, for the length of a block."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, Page, Route, ViewportSize

from tests.browser import open_browser
from tests.patience import PATIENCE
from tests.project.tree import ROOT
from tests.server.raw import get

QUIET = {"@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False}}
"""Settings of a lab that asks nobody for news."""


@asynccontextmanager
async def jupyter_lab(root: Path, home: Path, settings: Mapping[str, object] | None = None) -> AsyncIterator[int]:
    """Serve the notebooks under `root` on the port it gives; `home` is where the lab keeps its own files."""
    for name, values in {**QUIET, **(settings or {})}.items():
        file = home / "lab" / "user-settings" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    port = _free_port()
    process = await _start(root, home, port)
    try:
        await _answers(process, port)
        yield port
    finally:
        await _end(process)


@asynccontextmanager
async def notebook_page(root: Path, home: Path, path: str, *, size: ViewportSize, script: str) -> AsyncIterator[Page]:
    """The notebook in the lab, where `script` runs before all else.

    Fails at the end when a request left this machine or the page complained.
    """
    wrongs: list[str] = []
    async with jupyter_lab(root, home) as port, open_browser() as browser:
        page = await browser.new_page(viewport=size)
        page.set_default_timeout(1000 * PATIENCE)
        await _watch(page, wrongs)
        await page.add_init_script(script)
        await page.goto(f"http://127.0.0.1:{port}/lab/tree/{path}")
        yield page
    assert wrongs == []


async def _watch(page: Page, wrongs: list[str]) -> None:
    """Keep the page on this machine, and note what goes wrong in it."""

    async def guard(route: Route) -> None:
        if _is_here(route.request.url):
            return await route.continue_()
        wrongs.append(f"asked for {route.request.url}")
        await route.abort()

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrongs.append(message.text)

    page.on("console", listen)
    page.on("websocket", lambda ws: None if _is_here(ws.url) else wrongs.append(f"connected to {ws.url}"))
    page.on("pageerror", lambda error: wrongs.append(str(error)))
    await page.route("**/*", guard)


def _is_here(url: str) -> bool:
    return urlsplit(url).hostname == "127.0.0.1"


async def _start(root: Path, home: Path, port: int) -> Process:
    options = {"ServerApp.root_dir": root, "ServerApp.port": port, "ServerApp.port_retries": 0}
    # For tests that have to tell Notebook 7 what to do.
    options["JupyterNotebookApp.expose_app_in_browser"] = True
    open_to_all = ("--IdentityProvider.token=", "--allow-root", "--no-browser")
    command = (
        sys.executable,
        "-m",
        "jupyterlab",
        *open_to_all,
        *(f"--{name}={value}" for name, value in options.items()),
    )
    folders = {"JUPYTER_CONFIG_DIR": home, "JUPYTER_DATA_DIR": home / "data", "IPYTHONDIR": home / "ipython"}
    env = os.environ | {name: str(folder) for name, folder in folders.items()} | {"PYTHONPATH": str(ROOT)}
    return await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, env=env, start_new_session=True
    )


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        return int(found.getsockname()[1])


async def _answers(process: Process, port: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            assert process.returncode is None, "JupyterLab did not start"
            with suppress(OSError):
                await get(port, "/api/status", "Connection: close")
                return
            await asyncio.sleep(0.1)


async def _end(process: Process) -> None:
    """The server ends its kernels on SIGTERM; a kernel ends itself when the server was killed."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE)
    except TimeoutError:
        os.killpg(process.pid, signal.SIGKILL)
        raise
