"""The health of streams: what each part of a pipeline says of it, told when it changes."""

from __future__ import annotations

import pytest

from tests.facts import START
from tests.hosted import picky
from tests.managed import Broker
from tests.strategies.market import bars_closing
from tradestream_nb import HealthUpdate, Quote, Signal
from tradestream_nb.clock import SECOND
from tradestream_nb.health import STALE_AFTER, StreamStatus
from tradestream_nb.host import Notice
from tradestream_nb.hub import Hub
from tradestream_nb.pipeline import Pipeline
from tradestream_nb.sources.broker import BrokerReport, Condition
from tradestream_nb.strategies.evaluator import StrategyEvaluator
from tradestream_nb.strategies.window import Window
from tradestream_nb.vitals import Vitals

UNLUCKY = Quote("A", last=13.0, ts=START)


class Watched:
    """A pipeline with one handler, whose health is looked at when one likes; its clock stands still."""

    def __init__(self, broker: Broker | None = None, *, price_interval: float = 0.0) -> None:
        self.now = START
        self.pipeline, self.evaluator = Pipeline([picky], Hub()), StrategyEvaluator()
        self.vitals = Vitals(
            self.pipeline, self.evaluator, now=lambda: self.now, price_interval=price_interval, broker=broker
        )
        self.told = self.pipeline.hub.open(lambda: None).mailbox
        self.told.subscribe("health")

    def after(self, seconds: float) -> dict[str, StreamStatus]:
        """Every stream so many seconds after the start."""
        self.now = START + round(seconds * SECOND)
        return self.vitals.streams(self.vitals.report())

    def publish(self) -> dict[str, HealthUpdate]:
        """What was told now that was not known."""
        self.vitals.publish()
        return {entry.key: entry.message for batch in self.told.take() for entry in batch.entries}


@pytest.fixture
def watched() -> Watched:
    """A pipeline whose source is well."""
    watched = Watched()
    watched.vitals.source_is("ok")
    return watched


def states(streams: dict[str, StreamStatus]) -> set[tuple[str, str]]:
    return {(stream.state, stream.text) for stream in streams.values()}


def test_all_streams_but_health_itself_are_as_their_source_is() -> None:
    watched = Watched()
    assert watched.after(0).keys() == {"price_updates", "signals", "portfolio", "trades", "picky"}
    assert states(watched.after(0)) == {("stopped", "")}
    watched.vitals.source_is("failing", "no route")
    assert states(watched.after(0)) == {("failing", "no route")}
    watched.vitals.source_is("ok")
    assert states(watched.after(0)) == {("ok", "")}


def test_what_a_stream_said_is_counted_and_how_long_ago(watched: Watched) -> None:
    watched.pipeline.hub.publish("trades", {"exec_id": "1"}, START)
    trades = watched.after(2.5)["trades"]
    assert (trades.seq, trades.last_update, trades.age) == (1, START, 2.5)


@pytest.mark.parametrize(("price_interval", "patience"), [(0.0, STALE_AFTER), (5.0, 15.0)])
def test_prices_are_missed_after_a_silence_that_is_long_for_them(price_interval: float, patience: float) -> None:
    watched = Watched(price_interval=price_interval)
    watched.vitals.source_is("ok")
    assert watched.after(patience)["price_updates"].state == "ok"
    late = watched.after(patience + 1)
    assert [name for name, stream in late.items() if stream.state == "stale"] == ["price_updates"]


def test_a_source_that_runs_again_has_its_time_to_speak(watched: Watched) -> None:
    watched.after(STALE_AFTER + 1)
    watched.vitals.source_is("failing", "gone")
    watched.vitals.source_is("ok")
    assert watched.after(STALE_AFTER + 2)["price_updates"].state == "ok"


def test_a_handlers_error_is_told_once_and_counted_for_good(watched: Watched) -> None:
    watched.pipeline.put(UNLUCKY)
    failing = {name: update.text for name, update in watched.publish().items() if update.errors}
    assert failing == {"picky": "ValueError: unlucky"}
    assert states({"picky": watched.after(0)["picky"]}) == {("ok", "")}
    told = watched.publish()
    assert [(update.state, update.errors) for update in told.values()] == [("ok", 1)]


def test_what_strategies_fail_on_is_an_error_of_the_signals(watched: Watched) -> None:
    def broken(window: Window) -> Signal | None:
        if window:
            raise ValueError("no idea")
        return None

    watched.evaluator.add(broken)
    watched.evaluator.feed(bars_closing([1.0])[0])
    failing = {name: stream for name, stream in watched.after(0).items() if stream.state == "failing"}
    assert {(name, each.errors, each.text) for name, each in failing.items()} == {
        ("signals", 1, "broken: ValueError: no idea")
    }


def test_what_the_host_did_by_itself_is_told_of_a_stream_that_is_well_while_what_it_put_in_runs(
    watched: Watched,
) -> None:
    host = watched.pipeline.host
    version = host.specs["picky"].version
    host.notices += [Notice("picky", "rolled back", START, version), Notice("picky", "and so on", START, "another")]
    assert states({"picky": watched.after(3_600)["picky"]}) == {("ok", "rolled back")}
    assert watched.after(0)["trades"].text == ""
    watched.pipeline.put(UNLUCKY)
    assert states({"picky": watched.after(0)["picky"]}) == {("failing", "ValueError: unlucky")}


def test_the_first_look_tells_of_every_stream_and_the_next_of_what_has_changed(watched: Watched) -> None:
    assert watched.publish().keys() == watched.after(0).keys()
    watched.now += SECOND
    assert watched.publish() == {}
    watched.pipeline.hub.publish("trades", {"exec_id": "1"}, watched.now)
    assert [(name, update.messages) for name, update in watched.publish().items()] == [("trades", 1)]


def test_without_a_broker_there_is_no_report(watched: Watched) -> None:
    assert watched.vitals.report() is None


@pytest.mark.parametrize(
    ("says", "state", "text"),
    [
        (BrokerReport(True), "stale", "no news for 60 s"),
        (BrokerReport(True, quiet=True), "ok", ""),
        (BrokerReport(True, heard=START + 55 * SECOND), "ok", ""),
        (BrokerReport(True, quiet=True, stale={"price_updates": "cut off"}), "stale", "cut off"),
    ],
)
def test_a_broker_knows_better_whether_prices_are_old(says: BrokerReport, state: str, text: str) -> None:
    watched = Watched(Broker(says=says))
    watched.vitals.source_is("ok")
    prices, trades = (watched.after(60)[name] for name in ("price_updates", "trades"))
    assert (prices.state, prices.text, trades.state) == (state, text, "ok")


def test_a_brokers_conditions_are_told_until_they_are_over() -> None:
    broker = Broker(says=BrokerReport(True, conditions={"feed A": Condition("failing", "no permission")}))
    watched = Watched(broker)
    assert watched.publish()["feed A"] == HealthUpdate("feed A", "failing", text="no permission", ts=START)
    assert watched.publish() == {}
    broker.says = BrokerReport(True)
    assert watched.publish() == {"feed A": HealthUpdate("feed A", "ok", ts=START)}
    assert watched.publish() == {}
