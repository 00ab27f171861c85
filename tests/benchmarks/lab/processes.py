"""The processor time that the lab, its kernel and the browser take."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import NamedTuple

import psutil


class Usage(NamedTuple):
    """Seconds of processor time, or per cent of one processor."""

    kernel: float
    server: float
    browser: float


class Meter:
    """Measures from the moment it is made."""

    def __init__(self) -> None:
        self._began, self._before = time.monotonic(), _used()

    def percent(self) -> Usage:
        """What has been used since, of one processor."""
        seconds, now = time.monotonic() - self._began, _used()
        return Usage(*(100 * (after - before) / seconds for before, after in zip(self._before, now, strict=True)))


def _used() -> Usage:
    used = dict.fromkeys(Usage._fields, 0.0)
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            times = process.cpu_times()
            used[_part(process.cmdline())] += times.user + times.system
    return Usage(**used)


def _part(command: list[str]) -> str:
    if "ipykernel_launcher" in command:
        return "kernel"
    return "server" if "jupyterlab" in command else "browser"
