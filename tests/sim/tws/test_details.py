"""Contracts as real clients find and complete them."""

from __future__ import annotations

import pytest

from tests.ibkr_client import Contract, Forex, Future, Stock, library
from tests.sim.tws.serving import trading


@pytest.mark.parametrize(
    ("contract", "name", "tick"),
    [
        (Stock("AAPL", "SMART", "USD"), "AAPL", 0.01),
        (Stock("AAPL", "ISLAND", "USD", primaryExchange="NASDAQ"), "AAPL", 0.01),
        (Forex("EURUSD"), "EUR.USD", 0.00005),
        (Future("ES", "202603", "CME"), "ESH6", 0.25),
        (Contract(secType="FUT", localSymbol="CLM6", exchange="NYMEX"), "CLM6", 0.01),
        (library.ContFuture("NQ", "CME"), "NQH6", 0.25),
    ],
    ids=str,
)
async def test_a_contract_is_completed(contract: Contract, name: str, tick: float) -> None:
    async with trading() as (tws, client):
        [described] = await client.ib.reqContractDetailsAsync(contract)
        await client.ib.qualifyContractsAsync(contract)
        assert contract.localSymbol == name and described.minTick == tick
        assert tws.world.catalogue.get(contract.conId)
        assert described.validExchanges and described.timeZoneId == "US/Eastern"


async def test_a_future_without_an_expiry_is_every_one_that_trades() -> None:
    async with trading() as (_, client):
        found = await client.ib.reqContractDetailsAsync(Future("ES", exchange="CME"))
        assert [each.contract.localSymbol for each in found] == ["ESH6", "ESM6", "ESU6", "ESZ6"]
        assert [each.realExpirationDate for each in found][0] == "20260320"


@pytest.mark.parametrize(
    "contract",
    [
        Stock("NOSUCH", "SMART", "USD"),
        Stock("AAPL", "SMART", "EUR"),
        Stock("AAPL", "LSE", "USD"),
        Forex("XYZUSD"),
        Future("ES", "199903", "CME"),
        Contract(conId=1),
        Contract(),
    ],
    ids=str,
)
async def test_a_contract_that_is_not_there_is_error_200(contract: Contract) -> None:
    async with trading() as (_, client):
        assert await client.ib.reqContractDetailsAsync(contract) == []
        assert client.codes()[-1] == 200


async def test_symbols_are_found_by_how_they_begin() -> None:
    async with trading() as (_, client):
        found = await client.ib.reqMatchingSymbolsAsync("AM")
        assert {each.contract.symbol for each in found} >= {"AMZN", "AMD"}
        assert {each.contract.primaryExchange for each in found} == {"NASDAQ"}


async def test_the_rule_of_a_contract_says_how_fine_its_prices_are() -> None:
    async with trading() as (_, client):
        [described] = await client.ib.reqContractDetailsAsync(Forex("EURUSD"))
        [step] = await client.ib.reqMarketRuleAsync(int(described.marketRuleIds))
        assert step.increment == described.minTick


@pytest.mark.parametrize(("version", "increment"), [(157, 0), (162, 0), (163, 1), (164, 1), (178, 1)])
async def test_the_layout_follows_the_version(version: int, increment: int) -> None:
    async with trading(version=version) as (_, client):
        [described] = await client.ib.reqContractDetailsAsync(Future("ES", "202603", "CME"))
        assert client.ib.client.serverVersion() == min(version, client.ib.client.MaxClientVersion)
        assert (described.minTick, described.contract.multiplier, described.underSymbol) == (0.25, "50", "ES")
        assert (described.realExpirationDate, described.suggestedSizeIncrement) == ("20260320", increment)
