"""How real clients connect, with all that they ask for at their start."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.ibkr_client import IB
from tests.patience import PATIENCE
from tests.sim.tws.serving import serving
from tradestream_nb.sim.tws.faults import Disconnect, Slow
from tradestream_nb.sim.tws.server import TwsServer

ONE, TWO = ("DU1234567",), ("DU1", "DU2")


async def connected(tws: TwsServer, client_id: int = 1, **options: Any) -> Any:
    asyncio.set_event_loop(asyncio.get_running_loop())
    ib = IB()
    await ib.connectAsync("127.0.0.1", tws.port, client_id, timeout=PATIENCE, **options)
    return ib


@pytest.mark.parametrize("version", range(157, 179))
async def test_every_version_is_connected_to(version: int) -> None:
    async with serving(version=version) as tws:
        ib = await connected(tws)
        assert ib.client.serverVersion() == min(version, ib.client.MaxClientVersion)
        assert {value.tag for value in ib.accountValues()} >= {"NetLiquidation", "TotalCashValue"}
        ib.disconnect()


@pytest.mark.parametrize("accounts", [ONE, TWO], ids=["one", "two"])
@pytest.mark.parametrize(("client_id", "readonly"), [(0, False), (1, False), (1, True)])
async def test_nothing_it_asks_for_stays_unanswered(
    accounts: tuple[str, ...], client_id: int, readonly: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(accounts=accounts) as tws:
        ib = await connected(tws, client_id, readonly=readonly)
        assert ib.managedAccounts() == list(accounts)
        assert {value.account for value in ib.accountValues()} >= set(accounts)
        ib.disconnect()
    assert not [each for each in caplog.records if "timed out" in each.message or "Unknown" in each.message]


async def test_a_client_that_comes_during_an_outage_is_told_and_connects() -> None:
    async with serving() as tws:
        tws.strike(Disconnect(seconds=60))
        ib = await connected(tws)
        assert ib.isConnected() and ib.accountValues()
        ib.disconnect()


async def test_a_server_that_answers_too_late_is_given_up() -> None:
    async with serving() as tws:
        tws.strike(Slow(seconds=60, delay=60))
        ib = IB()
        with pytest.raises((TimeoutError, asyncio.TimeoutError)):
            await ib.connectAsync("127.0.0.1", tws.port, 1, timeout=0.2)
