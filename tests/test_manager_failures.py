"""Sources that fail: told, restarted, and never in the way of a stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from itertools import repeat
from typing import Any

import pytest

from tests.facts import START
from tests.managed import Scripted, eventually, managed
from tests.patience import PATIENCE
from tradestream_nb import Bar, Quote, Timer, handler, restarts
from tradestream_nb.pipeline import Reaction
from tradestream_nb.sources.base import Outlet


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restarts, "backoff", lambda: repeat(0.001))


class Failing(Scripted):
    """Fails in its first run; its next start waits until it is let go, so that the failure can be looked at."""

    def __init__(self, error: Exception) -> None:
        super().__init__(Quote("AAPL", 190.0, ts=START))
        self.error = error
        self.go = threading.Event()

    async def run(self, outlet: Outlet) -> None:
        if not self.runs:
            self.runs += 1
            raise self.error
        await super().run(outlet)

    def history(self, seconds: float) -> Iterable[Bar]:
        if self.runs:
            self.go.wait(10)
        return []


async def test_a_source_that_fails_is_told_and_started_again() -> None:
    source = Failing(ConnectionError("no route to the broker"))
    async with managed(source) as running:
        await eventually(lambda: running.status().state == "failing")
        status = running.status()
        assert status.text == "ConnectionError: no route to the broker"
        assert {(stream.state, stream.text) for stream in status.streams.values()} == {("failing", status.text)}
        source.go.set()
        await eventually(lambda: running.status().state == "ok")
        assert (running.status().text, source.runs) == ("", 2)
        await eventually(lambda: running.status().streams["price_updates"].seq > 0)


class NoHistory(Scripted):
    """Has no history to give the first time it is asked."""

    asked = 0

    def history(self, seconds: float) -> Iterable[Bar]:
        self.asked += 1
        if self.asked == 1:
            raise TimeoutError("history is not available")
        return []


async def test_a_history_that_cannot_be_had_is_asked_for_again() -> None:
    source = NoHistory(Quote("AAPL", 190.0, ts=START))
    async with managed(source) as running:
        await eventually(lambda: running.status().state == "ok")
        assert (source.asked, source.runs) == (2, 1)


class Stubborn(Scripted):
    """Raises while it is being cancelled."""

    async def run(self, outlet: Outlet) -> None:
        self.runs += 1
        try:
            await asyncio.Event().wait()
        finally:
            raise ConnectionError("lost while closing")


async def test_a_source_that_fails_while_it_is_stopped_does_not_hold_the_stop_up() -> None:
    source = Stubborn()
    async with managed(source) as running:
        await eventually(lambda: source.runs == 1)
        await asyncio.wait_for(running.stop_all(), PATIENCE)
        assert (running.status().state, source.runs) == ("stopped", 1)


@handler(on=Timer, every=0.01, topic="beats")
def beating(timer: Timer) -> list[dict[str, Any]]:
    return [{"symbol": "beat"}]


async def test_a_reaction_that_fails_on_a_timer_does_not_end_the_timers() -> None:
    asked = list[dict[str, Any]]()

    def failing(message: dict[str, Any]) -> None:
        asked.append(message)
        raise RuntimeError("no reaction")

    async with managed(Scripted(Quote("AAPL", 190.0, ts=START)), handlers=[beating], price_interval=0.0) as running:
        running.pipeline.add(Reaction(failing, (dict,)))
        await eventually(lambda: len(asked) > 2)
