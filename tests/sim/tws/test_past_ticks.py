"""Historical ticks as real clients ask for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.ibkr_client import Client, Contract, Stock
from tests.sim.tws.serving import START, pass_time, trading

NOW = datetime.fromtimestamp(START / 1e6, UTC)


async def ask(client: Client, contract: Contract, start: Any, end: Any, what: str, count: int = 10) -> list[Any]:
    ticks: list[Any] = await client.ib.reqHistoricalTicksAsync(contract, start, end, count, what, False)
    return ticks


@pytest.mark.parametrize(
    ("what", "kind"),
    [("TRADES", "HistoricalTickLast"), ("BID_ASK", "HistoricalTickBidAsk"), ("MIDPOINT", "HistoricalTick")],
)
async def test_every_kind_is_answered_in_order(what: str, kind: str) -> None:
    async with trading() as (tws, client):
        contract = Stock("AAPL", "SMART", "USD")
        await client.ib.qualifyContractsAsync(contract)
        ticks = await ask(client, contract, "", NOW, what)
        assert {type(tick).__name__ for tick in ticks} == {kind} and len(ticks) == 10
        assert [tick.time for tick in ticks] == [NOW - timedelta(seconds=5 * ago) for ago in range(10, 0, -1)]
        await pass_time(tws, client, 20)
        [first, *_] = await ask(client, contract, NOW, "", what)
        assert first.time == NOW


@pytest.mark.parametrize(
    ("contract", "exchange"),
    [
        (Stock("AAPL", "SMART", "USD"), "NASDAQ"),
        (Contract(secType="FUT", localSymbol="CLM6", exchange="NYMEX"), "NYMEX"),
    ],
)
async def test_a_trade_was_made_where_the_contract_is_at_home(contract: Contract, exchange: str) -> None:
    async with trading() as (_, client):
        await client.ib.qualifyContractsAsync(contract)
        assert {tick.exchange for tick in await ask(client, contract, "", NOW, "TRADES")} == {exchange}


@pytest.mark.parametrize(("start", "end", "what"), [("", "", "TRADES"), (NOW, NOW, "TRADES"), ("", NOW, "NOTHING")])
async def test_a_request_that_makes_no_sense_is_refused(start: Any, end: Any, what: str) -> None:
    async with trading() as (_, client):
        contract = Stock("AAPL", "SMART", "USD")
        await client.ib.qualifyContractsAsync(contract)
        client.ib.client.reqHistoricalTicks(4711, contract, _text(start), _text(end), 10, what, False, False, [])
        await client.settle()
        assert client.errors[-1][:2] == (4711, 321)


def _text(moment: Any) -> str:
    return f"{moment:%Y%m%d %H:%M:%S} UTC" if moment else ""
