"""Historical bars as real clients ask for them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from tests.ibkr_client import Client, Contract, Forex, Stock
from tests.sim.tws.serving import START, pass_time, trading
from tests.sim.tws.wire import AAPL, joined
from tradestream_nb.clock import SECOND


async def ask(
    client: Client, contract: Contract, *, end: Any = "", length: str = "1 D", size: str = "5 mins",
    what: str = "TRADES", keep_up: bool = False, date_format: int = 1,
) -> Any:  # fmt: skip
    return await client.ib.reqHistoricalDataAsync(contract, end, length, size, what, False, date_format, keep_up)


async def stock(client: Client) -> Contract:
    contract = Stock("AAPL", "SMART", "USD")
    await client.ib.qualifyContractsAsync(contract)
    return contract


async def test_bars_lead_up_to_now_without_a_gap() -> None:
    async with trading() as (tws, client):
        await tws.advance(90)
        bars = await ask(client, await stock(client))
        assert len(bars) in (288, 289)
        gaps = {(b.date - a.date).total_seconds() for a, b in pairwise(bars)}
        assert gaps == {300.0}
        assert all(bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high for bar in bars)
        quote = tws.world.prices.quote(tws.world.catalogue.search("AAPL")[0].con_id)
        assert bars[-1].close == quote.last and bars[-1].date.timestamp() == START // SECOND
        assert all(bar.volume > 0 and bar.barCount > 0 for bar in bars[:-1])


async def test_the_same_request_gives_the_same_bars() -> None:
    async with trading() as (_, client):
        contract = await stock(client)
        assert list(await ask(client, contract)) == list(await ask(client, contract))


async def test_dates_are_the_exchange_s_or_seconds_as_asked() -> None:
    async with trading() as (_, client):
        contract = await stock(client)
        words, seconds = [await ask(client, contract, date_format=how) for how in (1, 2)]
        assert [bar.date for bar in words] == [bar.date for bar in seconds]


async def test_daily_bars_are_of_working_days_and_the_last_is_today() -> None:
    async with trading() as (_, client):
        bars = await ask(client, await stock(client), length="10 D", size="1 day")
        assert [bar.date.weekday() for bar in bars] == [1, 2, 3, 4, 0, 1, 2, 3, 4, 0]
        assert bars[-1].date == date(2026, 1, 5)


async def test_bars_end_where_they_are_told_to() -> None:
    async with trading() as (_, client):
        end = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
        bars = await ask(client, await stock(client), end=end, length="3600 S", size="1 min")
        assert len(bars) == 60 and bars[-1].date == datetime(2026, 1, 5, 9, 59, tzinfo=UTC)


async def test_one_side_of_a_pair_has_no_volume() -> None:
    async with trading() as (_, client):
        pair = Forex("EURUSD")
        await client.ib.qualifyContractsAsync(pair)
        bids, asks = [await ask(client, pair, what=what) for what in ("BID", "ASK")]
        assert all(bid.close < offer.close for bid, offer in zip(bids, asks, strict=True))
        assert {bar.volume for bar in bids} == {-1}


async def test_trades_of_a_pair_are_not_there() -> None:
    async with trading() as (_, client):
        pair = Forex("EURUSD")
        await client.ib.qualifyContractsAsync(pair)
        assert not await ask(client, pair)
        assert client.codes()[-1] == 162


async def test_bars_are_kept_up_to_date() -> None:
    async with trading() as (tws, client):
        bars = await ask(client, await stock(client), length="600 S", size="30 secs", keep_up=True)
        news: list[bool] = []
        bars.updateEvent += lambda it, new: news.append(new)
        before = len(bars)
        await pass_time(tws, client, 61)
        assert news.count(True) == 2 == len(bars) - before and news.count(False) > 20
        fresh = await ask(client, bars.contract, length="600 S", size="30 secs")
        assert [bar.close for bar in fresh][-2:] == [bar.close for bar in bars][-2:]
        client.ib.cancelHistoricalData(bars)
        await client.settle()
        assert client.codes()[-1] == 162 and "cancelled" in client.errors[-1][2]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"size": "7 mins"}, 162), ({"length": "soon"}, 321), ({"what": "NOTHING"}, 162), ({"end": "tomorrow"}, 321)],
)
def test_a_request_that_makes_no_sense_is_told_why(change: dict[str, str], code: int) -> None:
    [wire] = joined(1)
    asked = {"end": "", "size": "1 min", "length": "1 D", "what": "TRADES"} | change
    wire.ask(20, 5, *AAPL, False, asked["end"], asked["size"], asked["length"], True, asked["what"], 1, False, "")
    assert wire.codes[-1] == code and wire.last[2] == "5"


async def test_the_head_is_where_the_daily_bars_begin() -> None:
    async with trading() as (_, client):
        contract = await stock(client)
        words, seconds = [await client.ib.reqHeadTimeStampAsync(contract, "TRADES", True, how) for how in (1, 2)]
        assert words.year == seconds.year < 2000


async def test_real_time_bars_come_every_five_seconds() -> None:
    async with trading() as (tws, client):
        bars = client.ib.reqRealTimeBars(await stock(client), 5, "TRADES", False)
        await pass_time(tws, client, 31)
        assert [bar.time.timestamp() % 5 for bar in bars] == [0.0] * len(bars)
        assert len(bars) == 6 and all(bar.low <= bar.wap <= bar.high for bar in bars)
        client.ib.cancelRealTimeBars(bars)
        await pass_time(tws, client, 10)
        assert len(bars) == 6


async def test_trades_and_quotes_come_tick_by_tick() -> None:
    async with trading() as (tws, client):
        contract = await stock(client)
        heard: list[Any] = []
        for kind in ("AllLast", "BidAsk", "MidPoint"):
            ticker = client.ib.reqTickByTickData(contract, kind)
            ticker.updateEvent += lambda it: heard.extend(type(tick).__name__ for tick in it.tickByTicks)
        await pass_time(tws, client, 20)
        assert set(heard) == {"TickByTickAllLast", "TickByTickBidAsk", "TickByTickMidPoint"}
        client.ib.reqTickByTickData(contract, "Last")
        await client.settle()
        assert client.codes()[-1] == 10190


def test_the_fifty_first_request_to_be_kept_up_is_refused() -> None:
    [wire] = joined(1)
    for number in range(51):
        wire.at(number).ask(20, number, *AAPL, False, "", "1 min", "600 S", True, "TRADES", 1, True, "")
    assert wire.codes[-1] == 162 and wire.last[2] == "50" and len(wire.heard(17)) == 50
