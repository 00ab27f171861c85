"""The health of the streams: judged from what source, host, hub, strategies and broker say; told when it changes."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from tradestream_nb.health import STALE_AFTER, StreamStatus, stream_status
from tradestream_nb.messages import HealthUpdate, StreamState
from tradestream_nb.pipeline import Pipeline
from tradestream_nb.sources.broker import Brokerage, BrokerReport, Condition
from tradestream_nb.strategies.evaluator import StrategyEvaluator


class Vitals:
    """Looks after the streams of one pipeline; used from its thread."""

    def __init__(
        self,
        pipeline: Pipeline,
        evaluator: StrategyEvaluator,
        *,
        now: Callable[[], int],
        price_interval: float,
        broker: Brokerage | None = None,
    ) -> None:
        """`now` is the streams' own clock in epoch µs, `price_interval` the least seconds between two price batches."""
        self.state: StreamState = "stopped"
        """How the source is."""
        self.text = ""
        """What there is to say of that; empty when all is well."""
        self._now = now
        self._since: int | None = None
        """When the source began to run, in epoch µs."""
        self._host, self._hub, self._evaluator = pipeline.host, pipeline.hub, evaluator
        self._stale_after, self._broker = max(STALE_AFTER, 3 * price_interval), broker
        self._errors_seen: dict[str, int] = {}
        self._told: set[str] = set()
        """What the broker has said something about."""

    def source_is(self, state: StreamState, text: str = "") -> None:
        """Know how the source is from now on."""
        self.state, self.text = state, text
        if state == "ok":
            self._since = self._now()

    def report(self) -> BrokerReport | None:
        """What the broker says of itself; None where there is none."""
        return self._broker.report() if self._broker else None

    def streams(self, report: BrokerReport | None) -> dict[str, StreamStatus]:
        """Every stream now, as the broker's `report` has it where there is a broker."""
        now, broker = self._now(), report or BrokerReport(connected=True)
        return {name: self._stream(name, now, broker) for name in self._hub.topics if name != "health"}

    def publish(self) -> None:
        """Publish what has changed but for its age."""
        now, report = self._now(), self.report()
        updates = [stream.update(now) for stream in self.streams(report).values()]
        if report is not None:
            updates += self._conditions(report, now)
        known = self._hub.values("health")
        for update in updates:
            before = known.get(update.stream)
            if before is None or msgspec.structs.replace(before, ts=now) != update:
                self._hub.publish("health", update, now)
            self._errors_seen[update.stream] = update.errors

    def _stream(self, name: str, now: int, broker: BrokerReport) -> StreamStatus:
        topic, errors = self._hub.topics[name], self._errors(name)
        failed = errors > self._errors_seen.get(name, 0)
        priced = name == "price_updates"
        return stream_status(
            name,
            now=now,
            source=self.state,
            seq=topic.seq,
            last_update=topic.ts,
            errors=errors,
            trouble=(self._last_error(name) if failed else "") or self.text,
            since=self._since,
            stale_after=self._stale_after if priced and not broker.quiet else None,
            heard=broker.heard if priced else None,
            old=broker.stale.get(name, ""),
            note=self._notice(name),
        )

    def _conditions(self, broker: BrokerReport, now: int) -> list[HealthUpdate]:
        """What the broker has to say now, and of what is over by now that it is."""
        conditions = {name: Condition("ok") for name in self._told} | broker.conditions
        self._told = set(broker.conditions)
        return [HealthUpdate(name, each.state, text=each.text, ts=now) for name, each in conditions.items()]

    def _errors(self, topic: str) -> int:
        """What handlers failed on; for the signals also what strategies and their callbacks did."""
        errors = sum(count for name, count in self._host.errors.items() if self._host.specs[name].topic == topic)
        return errors + (self._evaluator.failures if topic == "signals" else 0)

    def _last_error(self, topic: str) -> str:
        letters = reversed(self._host.dead_letters)
        before = self._evaluator.last_failure if topic == "signals" else ""
        return next((each.error for each in letters if self._host.specs[each.handler].topic == topic), before)

    def _notice(self, topic: str) -> str:
        """What the host did of its own accord with a handler of this topic that runs as it was left then."""
        running = {(name, spec.version) for name, spec in self._host.specs.items() if spec.topic == topic}
        return next((n.text for n in reversed(self._host.notices) if (n.handler, n.version) in running), "")
