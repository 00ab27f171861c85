"""The broker in a notebook's session and behind the simulated TWS of the same process."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
import uvloop

from tests.ibkr_client import library
from tests.managed import HANDLERS
from tests.server.served import until
from tradestream_nb.errors import SourceError, UserError
from tradestream_nb.manager import StreamManager
from tradestream_nb.session import Session
from tradestream_nb.sources.ibkr.library import guarded
from tradestream_nb.sources.ibkr.simulated import SimulatedIbkr


def session(**options: Any) -> Session:
    return Session("ibkr-sim", handlers=HANDLERS, price_interval=0.05, symbols="AAPL,EUR.USD", rate=20.0, **options)


async def test_a_session_streams_and_lends_its_broker() -> None:
    async with session() as running:
        await until(lambda: len(running.df("price_updates")) == 2)
        assert isinstance(running.ib, library.IB)
        (details,) = await running.call(running.ib.reqContractDetailsAsync(library.Stock("AAPL", "SMART", "USD")))
        assert details.contract.symbol == "AAPL"
    assert not running.ib.isConnected()


async def test_a_session_can_be_started_again_on_another_loop() -> None:
    again = session()
    for _ in range(2):
        async with again:
            await until(lambda: again.status().broker.connected)  # type: ignore[union-attr]
            await until(lambda: again.status().streams["price_updates"].state == "ok")


async def test_a_session_without_a_broker_says_so() -> None:
    with pytest.raises(UserError, match="'sim' has no broker; open the session with source='ibkr://…'"):
        Session("sim", handlers=HANDLERS).ib  # noqa: B018


async def test_before_the_first_connection_there_is_no_broker_to_lend() -> None:
    with pytest.raises(UserError, match="TWS has not been connected yet"):
        session().ib  # noqa: B018


def test_the_runners_own_loop_carries_it_too() -> None:
    async def main() -> None:
        manager = StreamManager("ibkr-sim?symbols=AAPL&rate=20", HANDLERS, auto_trade=True)
        await manager.start_all()
        await until(lambda: bool(manager.hub.values("price_updates")))
        assert manager.status().text == ""
        await manager.stop_all()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


@pytest.mark.parametrize("streaming", [False, True])
async def test_the_simulated_tws_ends_with_the_streams(streaming: bool) -> None:
    manager = StreamManager("ibkr-sim?symbols=AAPL", HANDLERS)
    await manager.start_all()
    source = manager.source
    assert isinstance(source, SimulatedIbkr)
    await until(lambda: bool(manager.hub.values("price_updates")) if streaming else source.connection.is_open)
    port = source.connection.port
    await manager.stop_all()
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", port)


def test_a_simulated_broker_can_be_read_only_too() -> None:
    with pytest.raises(SourceError, match="ibkr-sim: the source is read-only; add readonly=no"):
        StreamManager("ibkr-sim?readonly=yes", HANDLERS, auto_trade=True)


def test_a_callback_that_fails_is_logged_and_not_swallowed(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("no such field")

    with caplog.at_level(logging.ERROR):
        guarded(fail)()
    assert "no such field" in caplog.text
