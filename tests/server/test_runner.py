"""A manager and a server as one."""

from __future__ import annotations

import asyncio
import os
import signal as signals
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from tests.patience import PATIENCE
from tests.server.raw import get
from tests.server.served import until
from tradestream_nb.errors import ServeError
from tradestream_nb.loading import load_folder, standard_folder
from tradestream_nb.manager import StreamManager
from tradestream_nb.server.runner import Runner, serve_until_stopped

SOURCE = "sim?seed=7&symbols=2&rate=20"


def make_runner(**options: Any) -> Runner:
    return Runner(StreamManager(SOURCE, load_folder(standard_folder()), price_interval=0, **options))


@pytest.fixture
async def runner() -> AsyncIterator[Runner]:
    runner = make_runner()
    yield runner
    await runner.stop()


async def test_status_says_what_an_operator_asks_first(runner: Runner) -> None:
    port = await runner.start("127.0.0.1", 0)
    await until(lambda: runner.manager.hub.topics["price_updates"].seq >= 4)
    code, _, body = await get(port, "/status")
    status = msgspec.json.decode(body)
    assert code == 200
    assert status["started"].endswith("Z")
    assert {"connections": 0, "source": "sim", "state": "ok", "dead_letters": 0}.items() <= status.items()
    assert status["streams"].keys() == {"price_updates", "signals", "portfolio", "trades"}
    prices = status["streams"]["price_updates"]
    assert prices["seq"] >= 4
    assert isinstance(prices["last_update"], int)
    assert 0 <= prices["age"] < 5
    assert (prices["state"], prices["errors"], prices["stale"], prices["text"]) == ("ok", 0, False, "")
    trades = status["streams"]["trades"]
    assert (trades["seq"], trades["last_update"], trades["age"], trades["stale"]) == (0, None, None, False)


async def test_ready_is_said_only_while_the_streams_run(runner: Runner) -> None:
    assert not runner.ready()
    port = await runner.start("127.0.0.1", 0)
    await until(runner.ready)
    assert (await get(port, "/readyz"))[0] == 200
    await runner.stop()
    assert not runner.ready()
    assert runner.status()["started"] is None


async def test_a_runner_that_waits_for_its_first_client_is_ready_for_it_and_says_so() -> None:
    runner = make_runner(wait_for_reader=True)
    port = await runner.start("127.0.0.1", 0)
    await until(lambda: "waiting" in runner.manager.status().text)
    assert (await get(port, "/readyz"))[0] == 200
    assert runner.status()["text"] == "waiting for the first client"
    await runner.stop()
    assert not runner.ready()


async def test_without_a_port_nothing_is_started(runner: Runner) -> None:
    port = await runner.start("127.0.0.1", 0)
    other = make_runner()
    with pytest.raises(ServeError):
        await other.start("127.0.0.1", port)
    assert other.manager.status().state == "stopped"


async def test_stopping_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()
    runner = make_runner()
    await runner.start("127.0.0.1", 0)
    await until(runner.ready)
    await runner.stop()
    await runner.stop()
    await until(lambda: asyncio.all_tasks() == before)


@pytest.mark.parametrize("number", [signals.SIGINT, signals.SIGTERM])
async def test_a_signal_ends_serving(runner: Runner, number: int) -> None:
    ports: list[int] = []

    def announce(port: int) -> None:
        ports.append(port)
        os.kill(os.getpid(), number)

    async with asyncio.timeout(PATIENCE):
        await serve_until_stopped(runner, "127.0.0.1", 0, announce=announce)
    assert ports
    assert runner.manager.status().state == "stopped"
    for given_back in (signals.SIGINT, signals.SIGTERM):
        asyncio.get_running_loop().remove_signal_handler(given_back)


async def test_other_machines_are_let_in_only_on_demand(runner: Runner) -> None:
    with pytest.raises(ServeError, match=r"^0\.0\.0\.0 can be reached from other machines .*--insecure"):
        await serve_until_stopped(runner, "0.0.0.0", 0, announce=lambda port: None)
    assert runner.status()["started"] is None
