"""The figures of the streams and their clients for Prometheus, gathered when they are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.metadata import version

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tradestream_nb.manager import StreamManager
from tradestream_nb.server.clients import Clients
from tradestream_nb.server.door.identity import Identity
from tradestream_nb.server.web.http import HttpRequest, Reply
from tradestream_nb.server.web.routes import Route

PATH = "/metrics"


class Metrics:
    """Answers a scrape, with the process's own figures beside ours."""

    def __init__(self, manager: StreamManager, clients: Clients, refused: Mapping[int, int]) -> None:
        """`refused` counts requests by the status they were turned away with."""
        self._registry = CollectorRegistry()
        for collector in (StreamFigures(manager), ClientFigures(clients, refused)):
            self._registry.register(collector)
        for make in (ProcessCollector, PlatformCollector, GCCollector):
            make(registry=self._registry)

    def routes(self) -> dict[str, Route]:
        """`/metrics`, for who has a token."""
        return {PATH: Route(self._scrape, needs="token")}

    def _scrape(self, request: HttpRequest, identity: Identity | None) -> Reply:
        encode, kind = choose_encoder(request.headers.get("accept", ""))
        return Reply(200, kind, encode(self._registry))


class StreamFigures(Collector):
    """How far the streams are, and how they fare."""

    def __init__(self, manager: StreamManager) -> None:
        self._manager = manager

    def collect(self) -> Iterable[Metric]:
        """Every figure as it is now."""
        status, topics = self._manager.status(), self._manager.hub.topics
        streams = status.streams.values()
        yield _gauge("build_info", "The version that runs.", {version("tradestream_nb"): 1}, "version")
        yield _counter("events", "Events that came from the source.", status.events)
        yield _counter("dead_letters", "Events that a handler failed on.", status.dead_letters)
        published = {name: topic.seq for name, topic in topics.items()}
        yield _counter("published_messages", "Messages published to a topic.", published, "topic")
        working = {each.stream: each.state == "ok" for each in streams}
        yield _gauge("stream_up", "Whether a stream works: not stale, failing or stopped.", working, "stream")
        ages = {each.stream: each.age for each in streams if each.age is not None}
        yield _gauge("stream_age_seconds", "Time since a stream's newest message.", ages, "stream")
        errors = {each.stream: each.errors for each in streams}
        yield _counter("stream_errors", "Failures of a stream's handlers.", errors, "stream")


class ClientFigures(Collector):
    """Who is connected, what they were given, and how they went."""

    def __init__(self, clients: Clients, refused: Mapping[int, int]) -> None:
        self._clients, self._refused = clients, refused

    def collect(self) -> Iterable[Metric]:
        """Every figure as it is now."""
        now = [client.counters() for client in self._clients]
        totals = self._clients.totals(now)
        modes = {"legacy": 0, "v1": 0, **Counter(seen.mode for seen in now)}
        yield _gauge("connections", "Clients that are connected.", modes, "mode")
        yield _counter("connections_opened", "Clients that have connected.", totals.connections)
        yield _counter("connections_ended", "Clients that have gone.", totals.ended, "reason")
        refused = {str(status): count for status, count in self._refused.items()}
        yield _counter("refused_requests", "Requests that were turned away.", refused, "status")
        yield _counter("delivered_messages", "Messages handed to connections.", totals.delivered)
        yield _counter("sent_bytes", "Bytes of them.", totals.sent)
        yield _counter("conflated_values", "Values of states overtaken before they were taken.", totals.conflated)
        yield _counter("dropped_messages", "Messages that a client was too slow for.", totals.dropped)
        buffered = sum(seen.buffered for seen in now)
        yield _gauge("buffered_bytes", "Bytes that clients have not taken yet.", buffered)
        lag = max((seen.lag_ms for seen in now), default=0) / 1000
        yield _gauge("slowest_client_lag_seconds", "For how long the slowest client has been behind.", lag)


Values = float | Mapping[str, float]
"""One figure, or one for each value of a label."""


def _gauge(name: str, text: str, values: Values, *label: str) -> Metric:
    return _filled(GaugeMetricFamily(f"tradestream_{name}", text, labels=label), values)


def _counter(name: str, text: str, values: Values, *label: str) -> Metric:
    return _filled(CounterMetricFamily(f"tradestream_{name}", text, labels=label), values)


def _filled(family: GaugeMetricFamily | CounterMetricFamily, values: Values) -> Metric:
    if isinstance(values, Mapping):
        for label, value in values.items():
            family.add_metric([label], value)
    else:
        family.add_metric([], values)
    return family
