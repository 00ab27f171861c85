"""From the broker's socket to a dashboard, when all goes well."""

from __future__ import annotations

import pytest

from tests.fast_loop import fast
from tests.sources.ibkr.desk import trading_desk
from tradestream_nb.clock import now
from tradestream_nb.errors import SourceError
from tradestream_nb.events import Bar, Quote
from tradestream_nb.pipeline import Reaction
from tradestream_nb.sim.tws.catalogue import Catalogue


@fast
async def test_a_dashboard_is_sent_the_prices_of_what_was_asked_for_and_of_nothing_else() -> None:
    async with trading_desk() as desk:
        await desk.prices_move("AAPL")
        await desk.prices_move("MSFT")
        assert {symbol for frame in desk.sent("price_update") for symbol in frame["symbols"]} == {"AAPL", "MSFT"}
        await desk.until(lambda: desk.state("ibkr") == desk.state("price_updates") == "ok")


@fast
async def test_the_portfolio_of_the_account_is_told_without_a_paper_account_beside_it() -> None:
    async with trading_desk() as desk:
        await desk.until(lambda: desk.sent("portfolio_update"))
        await desk.prices_move("AAPL")
        told = desk.sent("portfolio_update")[-1]["data"]
        assert (told["account"], told["equity"], told["cash"]) == ("DU1234567", 1_000_000.0, 1_000_000.0)
        assert {frame["data"]["account"] for frame in desk.sent("portfolio_update")} == {"DU1234567"}


@fast
async def test_the_kind_of_prices_that_was_delivered_is_on_each_quote() -> None:
    async with trading_desk({"subscribed": False}, data="delayed") as desk:
        quotes: list[Quote] = []
        desk.manager.pipeline.add(Reaction(quotes.append, (Quote,)))
        await desk.prices_move("AAPL")
        assert {quote.feed for quote in quotes if quote.price} == {"delayed"}
        await desk.until(
            lambda: (
                ("ok", "Prices of AAPL are delayed, as the account has no live subscription for it.")
                in desk.health("ibkr AAPL")
            )
        )


@fast
async def test_without_a_subscription_a_trader_is_told_what_to_do() -> None:
    async with trading_desk({"subscribed": False}) as desk:
        await desk.until(lambda: desk.state("ibkr AAPL") == "failing")
        assert "subscribe to it, or use data=delayed" in desk.health("ibkr AAPL")[-1][1]
        assert not desk.prices("AAPL")


@fast
async def test_a_contract_that_there_is_not_is_told_and_the_others_stream() -> None:
    async with trading_desk(symbols="AAPL,NOSUCH") as desk:
        await desk.until(lambda: desk.state("ibkr NOSUCH") == "failing")
        assert "knows no contract NOSUCH" in desk.health("ibkr NOSUCH")[-1][1]
        await desk.prices_move("AAPL")


@fast
async def test_forex_and_futures_are_quoted_by_their_own_names() -> None:
    *_, latest = (each for each in Catalogue((), start=now()) if each.symbol == "ES")
    async with trading_desk(symbols=f"EUR.USD,ES-{latest.last_trade_date[:6]}-CME") as desk:
        await desk.until(lambda: desk.prices("EUR.USD"))
        future = next(
            instrument.symbol for name, instrument in desk.source.feeds.instruments.items() if name.sec_type == "FUT"
        )
        await desk.until(lambda: desk.prices(future))
        assert future.startswith("ES") and len(future) == 4


@fast
async def test_the_brokers_own_bars_come_as_bars() -> None:
    async with trading_desk(symbols="AAPL", bars="yes") as desk:
        bars: list[Bar] = []
        desk.manager.pipeline.add(Reaction(bars.append, (Bar,)))
        await desk.until(lambda: bars)
        assert (bars[0].symbol, bars[0].seconds, bars[0].ts % 5_000_000) == ("AAPL", 5, 0)


@fast
async def test_strategies_start_warm_with_the_bars_of_the_past() -> None:
    async with trading_desk() as desk:
        await desk.prices_move("AAPL")
        assert len(desk.manager.evaluator.window("AAPL")) > 100


@fast
async def test_fifty_wishes_for_a_symbol_cost_one_line_and_the_last_to_go_frees_it() -> None:
    async with trading_desk(symbols="AAPL") as desk:
        await desk.prices_move("AAPL")
        for _ in range(50):
            await desk.source.subscribe("IBM")
        await desk.prices_move("IBM")
        assert desk.source.report().budgets["lines"].used == 2
        assert len(desk.source.ib.tickers()) == 2
        for _ in range(50):
            await desk.source.unsubscribe("IBM")
        assert desk.source.report().budgets["lines"].used == 1
        await desk.prices_move("AAPL")
        heard = len(desk.prices("IBM"))
        await desk.prices_move("AAPL")
        assert len(desk.prices("IBM")) == heard


@fast
async def test_going_over_a_budget_is_refused_with_the_reason_and_shown() -> None:
    async with trading_desk(symbols="AAPL", ticks="AAPL,MSFT,IBM") as desk:
        await desk.prices_move("AAPL")
        with pytest.raises(SourceError, match="EUR.USD: all 3 tick-by-tick streams are in use"):
            await desk.source.subscribe("EUR.USD", "ticks")
        status = desk.manager.status().broker
        assert status is not None
        assert (status.budgets["tick_by_tick"].used, status.budgets["lines"].used) == (3, 1)
        assert status.budgets["messages"].limit == 50


@fast
async def test_more_symbols_than_lines_is_a_mistake_told_at_once() -> None:
    with pytest.raises(SourceError, match="all 100 market-data lines"):
        async with trading_desk(symbols=[f"S{number}" for number in range(101)]):
            pass
