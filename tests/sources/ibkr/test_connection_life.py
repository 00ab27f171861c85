"""What a dashboard is told while connections break, and that it goes on afterwards by itself."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

import msgspec
import pytest

from tests.fast_loop import fast
from tests.ibkr_client import started
from tests.managed import HANDLERS
from tests.patience import PATIENCE
from tests.sources.ibkr.desk import Desk, trading_desk
from tradestream_nb import manager
from tradestream_nb.clock import SECOND, now
from tradestream_nb.manager import StreamManager
from tradestream_nb.sim.symbols import choose_symbols
from tradestream_nb.sim.tws.faults import (
    Closed,
    Competing,
    DataFarm,
    Disconnect,
    Drop,
    Fault,
    HistoryFarm,
    IdInUse,
    NightlyReset,
    PacingViolation,
    Reset,
    Silence,
    Slow,
    Trickle,
)
from tradestream_nb.sources.ibkr.feeds import SILENT
from tradestream_nb.sources.ibkr.hours import Hours
from tradestream_nb.sources.url import open_source


async def recovers(desk: Desk) -> None:
    """Wait until prices flow and every stream is well."""
    await desk.prices_move("AAPL")
    await desk.prices_move("MSFT")
    await desk.until(lambda: desk.state("ibkr") == desk.state("price_updates") == "ok")


@pytest.mark.parametrize("fault", [Drop(), Reset(), NightlyReset(seconds=1.5)])
@fast
async def test_a_broken_socket_is_told_at_once_and_made_again_with_everything_on_it(fault: Fault) -> None:
    async with trading_desk() as desk:
        await desk.prices_move("AAPL")
        ib = desk.source.ib
        desk.tws.strike(fault)
        await desk.until(lambda: desk.state("price_updates") == "failing")
        await recovers(desk)
        assert desk.source.ib is ib


@pytest.mark.parametrize("kept", [True, False])
@fast
async def test_prices_are_stale_while_tws_hears_nothing_and_flow_again_with_the_data_kept_or_lost(kept: bool) -> None:
    async with trading_desk() as desk:
        await desk.prices_move("AAPL")
        desk.tws.strike(Disconnect(seconds=1.5, kept=kept))
        await desk.until(lambda: desk.state("price_updates") == "stale")
        assert "lost its connection to IBKR" in desk.health("price_updates")[-1][1]
        assert desk.state("ibkr") == "stale"
        await recovers(desk)


@fast
async def test_asking_for_many_symbols_again_stays_within_the_messages_and_is_no_death() -> None:
    names = choose_symbols(40)
    async with trading_desk({"symbols": ",".join(names)}, symbols=",".join(names), timeout=10.0) as desk:
        await desk.until(lambda: all(desk.prices(name) for name in names))
        assert desk.source.report().budgets["messages"].used <= 50
        desk.tws.strike(Disconnect(seconds=0.5, kept=False))
        await desk.until(lambda: desk.state("price_updates") == "stale")
        lost = now()
        await desk.until(lambda: all(wanted.heard > lost + SECOND for wanted in desk.source.feeds.registry))
        await desk.prices_move("AAPL")
        assert "failing" not in {state for state, _ in desk.health("ibkr")[1:]}


@fast
async def test_data_that_a_farm_has_silently_dropped_are_asked_for_again_when_it_is_back() -> None:
    async with trading_desk() as desk:
        await desk.prices_move("AAPL")
        desk.tws.strike(DataFarm(seconds=1.2, kept=False))
        await desk.until(lambda: desk.state("ibkr usfarm") == "stale")
        await recovers(desk)
        await desk.until(lambda: desk.state("ibkr usfarm") == "ok")


@fast
async def test_a_history_farm_that_is_away_is_told_until_it_is_back() -> None:
    async with trading_desk() as desk:
        await desk.prices_move("AAPL")
        desk.tws.strike(HistoryFarm(seconds=1.2))
        farms = ("ushmds", "euhmds")
        await desk.until(lambda: any(desk.state(f"ibkr {farm}") == "stale" for farm in farms))
        await desk.until(lambda: all(desk.state(f"ibkr {farm}") in ("", "ok") for farm in farms))


@fast
async def test_one_silent_symbol_does_not_look_healthy_while_the_others_stream() -> None:
    async with trading_desk() as desk:
        await desk.prices_move("AAPL")
        desk.tws.strike(Silence(symbol="MSFT", seconds=3.0))
        await desk.until(lambda: desk.state("ibkr MSFT") == "stale")
        assert desk.health("ibkr MSFT")[-1][1].startswith("No data of MSFT for ")
        assert desk.state("ibkr AAPL") == ""
        await desk.until(lambda: desk.state("ibkr MSFT") == "ok")


@fast
async def test_a_feed_that_falls_silent_as_a_whole_is_stale_before_ten_seconds_are_over() -> None:
    assert SILENT + manager.TELL < 10
    async with trading_desk() as desk:
        await desk.prices_move("AAPL")
        desk.tws.strike(Silence(seconds=3.0))
        await desk.until(lambda: desk.state("price_updates") == desk.state("ibkr") == "stale")
        assert desk.health("price_updates")[-1][1] == "No data of any symbol."
        await recovers(desk)


@fast
async def test_a_request_that_tws_finds_a_mistake_in_is_told_with_the_mistake() -> None:
    async with trading_desk() as desk:
        await desk.prices_move("AAPL")
        instrument = desk.source.feeds.instruments.named("AAPL")
        assert instrument is not None
        asking = desk.source.ib.reqHistoricalDataAsync(instrument.contract, "", "1 D", "7 secs", "TRADES", False)
        with suppress(TimeoutError):
            await asyncio.wait_for(asking, 0.5)
        await desk.until(lambda: desk.state("ibkr AAPL") == "failing")
        assert desk.health("ibkr AAPL")[-1][1]


@fast
async def test_a_competing_login_is_told_once_and_is_over_when_prices_come() -> None:
    async with trading_desk() as desk:
        await desk.prices_move("AAPL")
        desk.tws.strike(Competing(seconds=1.5, count=20))
        await desk.until(lambda: desk.state("ibkr AAPL") == "failing")
        assert "logged in elsewhere" in desk.health("ibkr AAPL")[-1][1]
        await desk.until(lambda: desk.state("price_updates") == "stale")
        await recovers(desk)
        await desk.until(lambda: desk.state("ibkr AAPL") == "ok")
        assert [state for state, _ in desk.health("ibkr AAPL")].count("failing") == 1


@fast
async def test_a_client_id_in_use_fails_at_once_with_advice() -> None:
    async with trading_desk() as desk, started(desk.tws.port, client_id=9):
        source = open_source(f"ibkr://127.0.0.1:{desk.tws.port}?client_id=9&timeout=60")
        streams = StreamManager(source, HANDLERS)
        began = asyncio.get_running_loop().time()
        await streams.start_all()
        await desk.until(lambda: streams.status().state == "failing")
        assert asyncio.get_running_loop().time() - began < 3
        assert (
            streams.status().text
            == "client_id=9: The client_id is in use by another program; choose another client_id."
        )
        await streams.stop_all()


@fast
async def test_an_id_that_is_free_again_is_taken() -> None:
    async with trading_desk() as desk:
        await desk.prices_move("AAPL")
        desk.tws.strike(IdInUse(), Drop())
        await desk.until(lambda: any("choose another client_id" in text for _, text in desk.health("trades")))
        await recovers(desk)


@fast
async def test_where_nothing_listens_the_way_out_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    streams = StreamManager(f"ibkr://127.0.0.1:{port}", HANDLERS)
    await streams.start_all()
    async with asyncio.timeout(PATIENCE):
        while streams.status().state != "failing":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert f"nothing listens at 127.0.0.1:{port}; start TWS or IB Gateway" in streams.status().text
    await streams.stop_all()


@fast
async def test_a_tws_that_stops_answering_is_left_and_called_again() -> None:
    async with trading_desk() as desk:
        await desk.prices_move("AAPL")
        desk.tws.strike(Slow(delay=30.0, seconds=1.5))
        await desk.until(lambda: any("stopped answering" in text for _, text in desk.health("trades")))
        await recovers(desk)


@fast
async def test_bytes_that_trickle_in_are_messages_all_the_same() -> None:
    async with trading_desk({"rate": 2.0}) as desk:
        desk.tws.strike(Trickle(seconds=2.0))
        await recovers(desk)


@fast
async def test_refused_bars_of_the_past_are_told_and_the_stream_goes_on() -> None:
    async with trading_desk() as desk:
        await desk.prices_move("AAPL")
        desk.tws.strike(PacingViolation(count=2), Drop())
        await desk.until(lambda: desk.state("ibkr AAPL") == "failing")
        assert "up to 10 minutes" in desk.health("ibkr AAPL")[-1][1]
        await desk.prices_move("AAPL")


@fast
async def test_a_closed_market_is_silent_and_stale_only_where_it_should_be_open() -> None:
    async with trading_desk() as desk:
        await desk.prices_move("AAPL")
        desk.tws.strike(Closed(seconds=6.0))
        await desk.until(lambda: desk.state("price_updates") == "stale")
        for name, instrument in desk.source.feeds.instruments.items():
            desk.source.feeds.instruments[name] = msgspec.structs.replace(instrument, hours=Hours((), 2**62))
        await desk.until(lambda: desk.state("price_updates") == "ok")
        assert desk.source.report().quiet


@fast
async def test_an_account_that_is_not_the_users_is_told_with_those_that_are() -> None:
    async with trading_desk() as desk:
        streams = StreamManager(f"ibkr://127.0.0.1:{desk.tws.port}?client_id=9&account=DU999&timeout=60", HANDLERS)
        began = asyncio.get_running_loop().time()
        await streams.start_all()
        await desk.until(lambda: streams.status().state == "failing")
        assert asyncio.get_running_loop().time() - began < 3
        assert streams.status().text == "the user has no account 'DU999'; there is DU1234567"
        await streams.stop_all()
