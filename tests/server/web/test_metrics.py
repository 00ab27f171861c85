"""Figures as Prometheus reads them."""

from __future__ import annotations

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse

from tests.server.raw import get
from tests.server.served import until
from tests.server.talk import SUBPROTOCOL, TS, price, signal
from tests.server.watched import Watched, watched
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.door.tokens import read_tokens

SECRET = "monitor-secret-0123456789"


async def scrape(server: Watched) -> dict[str, float]:
    """Every figure, by its name with its labels."""
    status, body = await server.ask("/metrics")
    assert status == 200
    samples = [sample for family in parse(body.decode()) for sample in family.samples]
    return {" ".join([sample.name, *map(str, sample.labels.values())]): sample.value for sample in samples}


async def test_the_figures_follow_what_happens() -> None:
    async with watched() as server:
        before = await scrape(server)
        async with server.connect() as legacy, server.connect(SUBPROTOCOL):
            for _ in range(3):
                server.front.manager.hub.publish("signals", signal(), TS)
            server.front.manager.hub.publish("price_updates", price("AAPL"), TS)
            for _ in range(4):
                await legacy.recv()
            during = await scrape(server)
        await until(lambda: server.front.status()["connections"] == 0)
        after = await scrape(server)
    assert (before["tradestream_connections legacy"], before["tradestream_connections v1"]) == (0, 0)
    assert (during["tradestream_connections legacy"], during["tradestream_connections v1"]) == (1, 1)
    assert after["tradestream_connections legacy"] == 0
    assert after["tradestream_connections_opened_total"] == 2
    assert after["tradestream_connections_ended_total left"] == 2
    assert during["tradestream_published_messages_total signals"] == 3
    assert after["tradestream_delivered_messages_total"] == during["tradestream_delivered_messages_total"] == 5
    assert after["tradestream_sent_bytes_total"] > 400
    assert during["tradestream_slowest_client_lag_seconds"] == during["tradestream_buffered_bytes"] == 0


async def test_every_stream_has_its_figures() -> None:
    async with watched() as server:
        figures = await scrape(server)
        assert {f"tradestream_stream_up {name}" for name in ("price_updates", "signals", "portfolio", "trades")} <= set(
            figures
        )
        assert figures["tradestream_stream_up signals"] == 0
        await server.front.manager.start_all()
        await until(lambda: server.front.manager.status().state in ("ok", "ended"))
        figures = await scrape(server)
        assert figures["tradestream_stream_errors_total signals"] == figures["tradestream_dead_letters_total"] == 0
        await server.front.manager.stop_all()


async def test_the_process_is_measured_too() -> None:
    async with watched() as server:
        figures = await scrape(server)
    assert {"process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"} <= set(figures)
    assert any(name.startswith("tradestream_build_info") for name in figures)


async def test_each_name_says_what_it_counts() -> None:
    async with watched() as server:
        families = list(parse((await server.ask("/metrics"))[1].decode()))
    ours = [family for family in families if family.name.startswith("tradestream_")]
    assert len(ours) > 15
    for family in ours:
        assert family.documentation.endswith(".")
        assert family.type in ("counter", "gauge")
        assert all(sample.name.endswith("_total") for sample in family.samples if family.type == "counter")


async def test_openmetrics_is_spoken_to_who_asks_for_it() -> None:
    async with watched() as server:
        status, headers, body = await get(server.port, "/metrics", "Accept: application/openmetrics-text")
    assert (status, headers["content-type"].split(";")[0]) == (200, "application/openmetrics-text")
    families = parse_openmetrics(body.decode())  # type: ignore[no-untyped-call]
    assert "tradestream_events" in {family.name for family in families}


async def test_requests_that_were_turned_away_are_counted() -> None:
    tokens = read_tokens([f"monitor={SECRET}:health"])
    async with watched(Access(tokens=tokens), token=SECRET) as server:
        assert (await server.ask("/metrics", token=""))[0] == 401
        assert (await server.ask("/metrics", token=f"{SECRET}x"))[0] == 401
        assert (await server.ask("/clients"))[0] == 403
        figures = await scrape(server)
    assert figures["tradestream_refused_requests_total 401"] == 2
    assert figures["tradestream_refused_requests_total 403"] == 1
