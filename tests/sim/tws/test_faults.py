"""Everything that can go wrong on purpose, as real clients meet it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.ibkr_client import Client, Contract, Stock, started
from tests.managed import eventually
from tests.patience import PATIENCE
from tests.sim.tws.serving import pass_time, serving, trading
from tests.sim.tws.wire import joined
from tradestream_nb.sim.tws.codes import Reply, Request
from tradestream_nb.sim.tws.faults import (
    Closed,
    Competing,
    DataFarm,
    Disconnect,
    Drop,
    HistoryFarm,
    IdInUse,
    NightlyReset,
    PacingViolation,
    Refuse,
    Reset,
    Silence,
    Slow,
    Trickle,
)
from tradestream_nb.sim.tws.server import TwsServer

STARTED = [2104, 2106, 2158]


async def watched(client: Client, symbol: str = "AAPL") -> Any:
    """A ticker that has begun."""
    contract = Stock(symbol, "SMART", "USD")
    await client.ib.qualifyContractsAsync(contract)
    ticker = client.ib.reqMktData(contract)
    await client.settle()
    return ticker


def news(client: Client) -> list[int]:
    """The codes heard since the start."""
    assert client.codes()[:3] == STARTED
    return client.codes()[3:]


def seen(ticker: Any) -> tuple[float, float]:
    return ticker.last, ticker.volume


async def moves(tws: TwsServer, client: Client, ticker: Any, seconds: float = 3) -> bool:
    """Whether ticks come while so much time passes."""
    before = seen(ticker)
    await pass_time(tws, client, seconds)
    return seen(ticker) != before


async def ended(client: Client, cause: Callable[[], object]) -> None:
    """Cause the end of the client's connection and wait for it."""
    over = asyncio.Event()
    client.ib.disconnectedEvent += over.set
    cause()
    await asyncio.wait_for(over.wait(), PATIENCE)


@pytest.mark.parametrize("fault", [Drop(client=1), Reset(client=1)], ids=["drop", "reset"])
async def test_one_client_is_cut_off_and_the_other_stays(fault: Drop | Reset) -> None:
    async with trading() as (tws, client), started(tws.port, 2) as other:
        await ended(client, lambda: tws.strike(fault))
        await other.settle()
        assert other.ib.isConnected() and sorted(tws.world.sessions) == [2]
        await client.start(tws.port, 1)
        await client.settle()


async def test_connections_are_refused_for_a_while() -> None:
    async with trading() as (tws, client):
        tws.strike(Refuse(seconds=20))
        with pytest.raises(ConnectionRefusedError):
            await Client().start(tws.port, 2)
        await pass_time(tws, client, 20.5)
        async with started(tws.port, 2) as second:
            await second.settle()


@pytest.mark.parametrize(("kept", "code"), [(True, 1102), (False, 1101)])
async def test_a_lost_connection_to_ib_comes_back_with_or_without_its_data(kept: bool, code: int) -> None:
    async with trading() as (tws, client):
        ticker = await watched(client)
        tws.strike(Disconnect(seconds=15, kept=kept))
        assert not await moves(tws, client, ticker, 14)
        assert await moves(tws, client, ticker, 5) is kept
        assert news(client) == [1100, code]


async def test_what_ib_sends_waits_for_its_connection() -> None:
    async with trading() as (tws, client):
        tws.strike(Disconnect(seconds=5))
        tws.world.sessions[1].deliver(4, 2, -1, 399, "late news", "")
        await pass_time(tws, client, 4)
        assert news(client) == [1100]
        await pass_time(tws, client, 2)
        assert news(client) == [1100, 1102, 399]


async def test_of_two_outages_the_longer_one_counts() -> None:
    async with trading() as (tws, client):
        tws.strike(Disconnect(seconds=5), Disconnect(seconds=10))
        await pass_time(tws, client, 8)
        assert news(client) == [1100, 1100]
        await pass_time(tws, client, 3)
        assert news(client) == [1100, 1100, 1102]


@pytest.mark.parametrize("kept", [True, False])
async def test_a_flap_of_the_data_farm_stops_ticks_and_may_end_them(kept: bool) -> None:
    async with trading() as (tws, client):
        ticker = await watched(client)
        tws.strike(DataFarm(seconds=5, kept=kept))
        assert not await moves(tws, client, ticker, 4)
        assert await moves(tws, client, ticker, 5) is kept
        assert news(client) == [2103, 2104]


async def test_a_flap_of_the_history_farm_fails_requests() -> None:
    async with trading() as (tws, client):
        contract = (await watched(client)).contract
        tws.strike(HistoryFarm(seconds=5))
        assert not await bars(client, contract)
        await pass_time(tws, client, 6)
        assert await bars(client, contract)
        assert news(client) == [2105, 162, 2106]


async def test_a_silent_feed_says_nothing_at_all() -> None:
    async with trading() as (tws, client):
        quiet, other = await watched(client), await watched(client, "MSFT")
        tws.strike(Silence(seconds=10, symbol="AAPL"))
        before = seen(quiet)
        assert await moves(tws, client, other, 9)
        assert seen(quiet) == before and news(client) == []
        assert await moves(tws, client, quiet, 4)


async def test_a_competing_session_bursts_and_takes_the_data() -> None:
    async with trading() as (tws, client):
        ticker = await watched(client)
        tws.strike(Competing(seconds=5, count=12))
        assert not await moves(tws, client, ticker, 4)
        assert news(client) == [10197] * 12
        assert await moves(tws, client, ticker, 4)


async def test_the_market_closes_and_opens() -> None:
    async with trading() as (tws, client):
        ticker = await watched(client)
        tws.strike(Closed(seconds=10))
        await pass_time(tws, client, 5)
        assert not ticker.bid > 0
        await pass_time(tws, client, 6)
        assert ticker.bid > 0


async def test_an_id_is_said_to_be_in_use_so_many_times() -> None:
    async with serving() as tws:
        tws.strike(IdInUse(count=1))
        first = Client()
        starting = asyncio.create_task(first.start(tws.port, 1))
        await eventually(lambda: first.codes() == [326])
        starting.cancel()
        await asyncio.wait([starting])
        async with started(tws.port, 1) as second:
            await second.settle()


async def test_historical_requests_are_turned_away_for_their_pace() -> None:
    async with trading() as (tws, client):
        contract = (await watched(client)).contract
        tws.strike(PacingViolation(count=1))
        assert not await bars(client, contract)
        assert "pacing violation" in client.errors[-1][2]
        assert await bars(client, contract)


async def test_after_the_nightly_reset_a_client_starts_anew() -> None:
    async with trading() as (tws, client):
        await watched(client)
        await ended(client, lambda: tws.strike(NightlyReset(seconds=60)))
        assert news(client) == [1100]
        with pytest.raises(ConnectionRefusedError):
            await client.start(tws.port)
        await tws.advance(61)
        async with started(tws.port) as again:
            assert await moves(tws, again, await watched(again))


async def test_slow_replies_come_late() -> None:
    async with trading() as (tws, client):
        tws.strike(Slow(seconds=4, delay=3))
        asked = asyncio.ensure_future(client.ib.reqCurrentTimeAsync())
        await tws.advance(2)
        assert not asked.done()
        await tws.advance(4)
        await asyncio.wait_for(asked, PATIENCE)
        await client.settle()


def test_no_reply_overtakes_a_slow_one() -> None:
    [wire] = joined(1)
    wire.gateway.strike(Slow(seconds=1, delay=3))
    wire.ask(Request.CURRENT_TIME, 1)
    wire.pass_time(2)
    wire.ask(Request.IDS, 1)
    assert not wire.heard(Reply.CURRENT_TIME)
    wire.pass_time(1)
    assert [each[0] for each in wire.messages[-2:]] == [str(int(Reply.CURRENT_TIME)), str(int(Reply.NEXT_VALID_ID))]


async def test_byte_by_byte_everything_still_arrives() -> None:
    async with trading() as (tws, client):
        tws.strike(Trickle(seconds=60))
        ticker = await watched(client)
        assert await moves(tws, client, ticker)
        assert ticker.bid <= ticker.last <= ticker.ask


async def test_a_fault_happens_at_its_time_and_again() -> None:
    async with trading() as (tws, client):
        tws.strike(DataFarm(at=5, every=10, seconds=1))
        await pass_time(tws, client, 4)
        assert news(client) == []
        await pass_time(tws, client, 14)
        assert news(client) == [2103, 2104] * 2


async def bars(client: Client, contract: Contract) -> Any:
    return await client.ib.reqHistoricalDataAsync(contract, "", "1 D", "1 hour", "TRADES", False)
