"""Readers that want the newest values of a state only so often."""

from __future__ import annotations

from typing import Any

from tradestream_nb.hub import Hub
from tradestream_nb.keys import Keys
from tradestream_nb.mailbox import Mailbox
from tradestream_nb.topics import Batch


def messages(batches: list[Batch], topic: str) -> list[Any]:
    return [entry.message for batch in batches if batch.topic == topic for entry in batch.entries]


def paced(hub: Hub, seconds: float) -> Mailbox:
    mailbox = hub.open(lambda: None).mailbox
    mailbox.subscribe("price_updates")
    mailbox.pace("price_updates", seconds)
    return mailbox


def test_at_a_pace_the_newest_values_come_when_it_is_time() -> None:
    hub = Hub()
    mailbox = paced(hub, 0.5)
    for now, value in ((0.0, 1), (0.1, 2), (0.4, 3)):
        hub.publish("price_updates", {"symbol": "A", "price": value}, 1)
        taken = messages(mailbox.take(now), "price_updates")
        assert taken == ([{"symbol": "A", "price": 1}] if now == 0 else [])
    assert mailbox.due == 0.5
    assert messages(mailbox.take(0.5), "price_updates") == [{"symbol": "A", "price": 3}]
    assert mailbox.take(2.0) == []
    assert mailbox.due is None


def test_a_new_pace_counts_from_the_last_take() -> None:
    hub = Hub()
    mailbox = paced(hub, 10.0)
    for value in (1, 2):
        hub.publish("price_updates", {"symbol": "A", "price": value}, 1)
        mailbox.take(0.0)
    mailbox.pace("price_updates", 0.25)
    assert mailbox.take(0.2) == []
    assert mailbox.due == 0.25
    mailbox.pace("price_updates", 0.0)
    assert len(mailbox.take(0.2)) == 1
    assert mailbox.due is None and not mailbox.intervals


def test_a_snapshot_does_not_wait_for_the_pace() -> None:
    hub = Hub()
    mailbox = hub.open(lambda: None).mailbox
    mailbox.subscribe("price_updates", Keys("A"))
    mailbox.pace("price_updates", 10.0)
    for symbol in "AB":
        hub.publish("price_updates", {"symbol": symbol}, 1)
    mailbox.take(0.0)
    mailbox.subscribe("price_updates", Keys("B"))
    assert [(batch.snapshot, batch.entries[0].key) for batch in mailbox.take(0.1)] == [(True, "B")]


def test_what_is_held_back_holds_up_neither_logs_nor_the_source() -> None:
    hub = Hub()
    rung: list[str] = []
    reader = hub.open(lambda: rung.append("bell"))
    reader.mailbox.subscribe("price_updates")
    reader.mailbox.subscribe("trades")
    reader.mailbox.pace("price_updates", 10.0)
    for _ in range(3):
        hub.publish("price_updates", {"symbol": "A"}, 1)
        reader.mailbox.take(0.0)
    hub.publish("trades", {"symbol": "A"}, 1)
    assert rung == ["bell"] * 3
    assert [batch.topic for batch in reader.mailbox.take(0.0)] == ["trades"]
