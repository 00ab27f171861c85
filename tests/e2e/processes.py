"""Runs the real `tradestream` command as a process, for the length of a block."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from tests.patience import PATIENCE
from tests.server.raw import get


class Ended(NamedTuple):
    """How a process ended."""

    code: int
    out: str
    err: str


class Serving:
    """A `tradestream serve` that has said where it listens."""

    def __init__(self, process: Process, url: str) -> None:
        self.process, self.url = process, url
        self.port = urlsplit(url).port or 0
        self.ws_url = f"ws://127.0.0.1:{self.port}/ws"

    async def status(self) -> Any:
        """What `/status` says."""
        code, _, body = await get(self.port, "/status")
        assert code == 200
        return msgspec.json.decode(body)

    async def stop(self, number: int = signal.SIGTERM) -> Ended:
        """Send the signal and wait for the end."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await _end(self.process)


@asynccontextmanager
async def serve(*options: str, port: int = 0, env: dict[str, str] | None = None) -> AsyncIterator[Serving]:
    """Serve on a free port, or the one given, and stop at the end."""
    process = await _start("serve", "--port", str(port), *options, env=env)
    try:
        yield Serving(process, await _url(process))
    finally:
        if process.returncode is None:
            process.terminate()
            await _end(process)


async def run(*arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> Ended:
    """Run a command to its end."""
    return await _end(await _start(*arguments, cwd=cwd, env=env))


async def _start(*arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> Process:
    command = (sys.executable, "-m", "tradestream_nb", *arguments)
    return await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=PIPE, stderr=PIPE, cwd=cwd, env=os.environ | (env or {})
    )


async def _url(process: Process) -> str:
    """The dashboard's address, which is the first thing a server says."""
    assert process.stdout and process.stderr
    async with asyncio.timeout(PATIENCE):
        line = (await process.stdout.readline()).decode()
        assert line.startswith("dashboard"), (await process.stderr.read()).decode()
    return line.split()[1]


async def _end(process: Process) -> Ended:
    try:
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        raise
    return Ended(process.returncode or 0, out.decode(), err.decode())
