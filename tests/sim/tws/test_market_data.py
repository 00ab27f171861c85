"""Quotes as real clients receive them."""

from __future__ import annotations

from math import isnan

import pytest

from tests.ibkr_client import Client, Contract, Forex, Future, Stock, started
from tests.sim.tws.serving import pass_time, trading
from tests.sim.tws.wire import AAPL, joined
from tradestream_nb.sim.tws.faults import Closed
from tradestream_nb.sim.tws.figures import TELLERS

EVERYTHING = ",".join(map(str, TELLERS))


async def qualified(client: Client, contract: Contract) -> Contract:
    await client.ib.qualifyContractsAsync(contract)
    assert contract.conId
    return contract


async def stock(client: Client, symbol: str = "AAPL") -> Contract:
    return await qualified(client, Stock(symbol, "SMART", "USD"))


async def test_a_stock_ticks_with_all_the_usual_values() -> None:
    async with trading() as (tws, client):
        ticker = client.ib.reqMktData(await stock(client))
        await pass_time(tws, client, 1)
        assert ticker.bid <= ticker.last <= ticker.ask and ticker.low <= ticker.last <= ticker.high
        assert min(ticker.bidSize, ticker.askSize, ticker.lastSize, ticker.volume) > 0
        assert not any(map(isnan, (ticker.open, ticker.close, ticker.minTick)))
        assert (ticker.marketDataType, ticker.bidExchange) == (1, "PQ")
        quote = tws.world.prices.quote(ticker.contract.conId)
        assert (ticker.bid, ticker.ask, ticker.last) == (quote.bid, quote.ask, quote.last)


async def test_every_change_is_told_and_nothing_else() -> None:
    async with trading() as (tws, client):
        ticker = client.ib.reqMktData(await stock(client))
        prices: list[float] = []
        ticker.updateEvent += lambda it: prices.extend(tick.price for tick in it.ticks if tick.tickType == 4)
        await pass_time(tws, client, 30)
        assert len(prices) > 20
        assert all(before != after for before, after in zip(prices, prices[1:], strict=False))


async def test_generic_ticks_fill_in_what_they_are_asked_for() -> None:
    async with trading() as (tws, client):
        ticker = client.ib.reqMktData(await stock(client), EVERYTHING)
        await pass_time(tws, client, 1)
        assert ticker.low52week <= ticker.low26week <= ticker.low13week <= ticker.high13week <= ticker.high52week
        told = (
            ticker.histVolatility, ticker.impliedVolatility, ticker.avVolume, ticker.markPrice, ticker.rtVolume,
            ticker.tradeCount, ticker.tradeRate, ticker.volumeRate, ticker.shortableShares, ticker.callVolume,
            ticker.putOpenInterest, ticker.auctionPrice, ticker.futuresOpenInterest, ticker.rtHistVolatility,
        )  # fmt: skip
        assert not any(map(isnan, told))
        assert ticker.dividends.nextAmount and ticker.fundamentalRatios.BETA == 1.1


@pytest.mark.parametrize(
    ("contract", "level", "tick"), [(Forex("EURUSD"), 1.08, 0.00005), (Future("ES", "202603", "CME"), 5900, 0.25)]
)
async def test_other_contracts_trade_at_their_own_level_in_their_own_ticks(
    contract: Contract, level: float, tick: float
) -> None:
    async with trading() as (tws, client):
        ticker = client.ib.reqMktData(await qualified(client, contract))
        await pass_time(tws, client, 5)
        assert ticker.bid == pytest.approx(level, rel=0.05)
        assert ticker.ask - ticker.bid >= tick * 0.99
        assert ticker.bid / tick == pytest.approx(round(ticker.bid / tick), abs=1e-6)


async def test_a_snapshot_is_one_answer_and_its_end() -> None:
    async with trading() as (tws, client):
        [ticker] = await client.ib.reqTickersAsync(await stock(client))
        before = ticker.last
        await pass_time(tws, client, 10)
        assert before > 0 and ticker.last == before


async def test_a_cancelled_subscription_is_silent_and_its_line_free() -> None:
    async with trading() as (tws, client):
        contract = await stock(client)
        ticker = client.ib.reqMktData(contract)
        await pass_time(tws, client, 1)
        client.ib.cancelMktData(contract)
        await client.settle()
        before = ticker.last
        await pass_time(tws, client, 10)
        assert ticker.last == before


async def test_what_is_not_subscribed_is_refused_live_and_told_delayed() -> None:
    async with trading(subscribed=False) as (tws, client):
        contract = await stock(client)
        live = client.ib.reqMktData(contract)
        await pass_time(tws, client, 1)
        assert client.codes()[-1] == 354 and isnan(live.last)
        client.ib.cancelMktData(contract)
        client.ib.reqMarketDataType(3)
        other = client.ib.reqMktData(await stock(client, "MSFT"))
        await pass_time(tws, client, 1)
        assert client.codes()[-1] == 10167
        assert other.marketDataType == 3 and other.bid < other.ask and other.volume > 0


async def test_live_data_wins_over_delayed_where_it_is_subscribed() -> None:
    async with trading() as (tws, client):
        client.ib.reqMarketDataType(3)
        ticker = client.ib.reqMktData(await stock(client))
        await pass_time(tws, client, 1)
        assert ticker.marketDataType == 1


@pytest.mark.parametrize(("asked", "kind", "quoted"), [(1, 1, False), (2, 2, True)])
async def test_while_the_market_is_closed_only_frozen_data_has_quotes(asked: int, kind: int, quoted: bool) -> None:
    async with trading() as (tws, client):
        tws.strike(Closed())
        client.ib.reqMarketDataType(asked)
        ticker = client.ib.reqMktData(await stock(client))
        await pass_time(tws, client, 1)
        assert ticker.marketDataType == kind and (ticker.bid > 0) is quoted and ticker.close > 0


def test_the_hundred_and_first_line_is_refused() -> None:
    wire, other = joined(1, 2)
    for number in range(101):
        (wire if number < 60 else other).at(number).ask(1, 11, number, *AAPL, False, "", False, False, "")
    assert other.last[:4] == ["4", "2", "100", "101"]
    other.at(200).ask(2, 2, 99)
    other.at(201).ask(1, 11, 101, *AAPL, False, "", False, False, "")
    assert other.heard(1, request_id=101)


def test_a_request_id_in_use_is_refused() -> None:
    [wire] = joined(1)
    for _ in range(2):
        wire.ask(1, 11, 5, *AAPL, False, "", False, False, "")
    assert wire.last[:4] == ["4", "2", "5", "322"]


async def test_a_generic_tick_that_does_not_exist_is_refused() -> None:
    async with trading() as (tws, client):
        client.ib.reqMktData(await stock(client), "9999")
        await client.settle()
        assert client.codes()[-1] == 321


async def test_cancelling_what_is_not_there_is_error_300() -> None:
    async with trading() as (tws, client):
        client.ib.client.cancelMktData(4711)
        await client.settle()
        assert client.errors[-1][:2] == (4711, 300)


async def test_a_client_that_leaves_frees_its_lines() -> None:
    async with trading() as (tws, client):
        async with started(tws.port, 2) as other:
            other.ib.reqMktData(await stock(other))
            await other.settle()
        ticker = client.ib.reqMktData(await stock(client))
        await pass_time(tws, client, 1)
        assert ticker.last > 0
