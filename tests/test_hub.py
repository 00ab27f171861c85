"""Topics and their readers."""

from __future__ import annotations

from typing import Any

import pytest

from tradestream_nb.clock import SECOND
from tradestream_nb.divided import DividedTopic
from tradestream_nb.errors import UserError
from tradestream_nb.hub import Hub, Subscription
from tradestream_nb.keys import ALL, Keys
from tradestream_nb.messages import PortfolioUpdate, PriceUpdate, SignalRaised
from tradestream_nb.topics import HISTORY, LEAD, EventTopic, StateTopic


def price(symbol: str = "AAPL", value: float = 1.0) -> PriceUpdate:
    return PriceUpdate(symbol, value)


def taken(reader: Subscription) -> list[Any]:
    return [entry.message for batch in reader.mailbox.take() for entry in batch.entries]


class Bell:
    """Counts how often a reader was woken."""

    def __init__(self) -> None:
        self.rung = 0

    def __call__(self) -> None:
        self.rung += 1


def test_the_standard_topics_are_there_and_of_their_kind() -> None:
    kinds: dict[str, object] = {name: type(topic) for name, topic in Hub().topics.items()}
    standard: dict[str, object] = {
        "price_updates": StateTopic,
        "signals": EventTopic,
        "portfolio": DividedTopic,
        "trades": EventTopic,
        "health": StateTopic,
    }
    assert kinds == standard


def test_every_hub_numbers_in_an_epoch_of_its_own_unless_told() -> None:
    assert Hub().epoch != Hub().epoch
    assert Hub(epoch="e1").epoch == "e1"


def test_a_message_is_keyed_by_the_field_of_its_topic() -> None:
    hub = Hub()
    hub.add("mine")
    hub.publish("price_updates", price("AAPL"), 1)
    hub.publish("portfolio", PortfolioUpdate("DU1", {}, 0.0), 1)
    hub.publish("mine", {"symbol": "IBM"}, 1)
    hub.publish("mine", {"spread": 0.1}, 1)
    hub.publish("mine", SignalRaised("BUY", "MSFT", 1.0, 1.0, 1.0), 1)
    assert list(hub.values("price_updates")) == ["AAPL"]
    assert list(hub.values("portfolio")) == ["DU1"]
    assert list(hub.values("mine")) == ["IBM", "", "MSFT"]


def test_adding_a_topic_twice_gives_the_same_one() -> None:
    hub = Hub()
    assert hub.add("mine") is hub.add("mine")
    assert hub.add("price_updates") is hub.topics["price_updates"]


def test_a_reader_is_woken_once_until_it_takes() -> None:
    hub, bell = Hub(), Bell()
    reader = hub.open(bell)
    reader.mailbox.subscribe("trades")
    hub.publish("trades", {"symbol": "AAPL"}, 1)
    hub.publish("trades", {"symbol": "IBM"}, 1)
    assert (bell.rung, len(taken(reader))) == (1, 2)
    hub.publish("trades", {"symbol": "IBM"}, 1)
    assert bell.rung == 2


def test_only_those_who_read_the_topic_and_the_key_are_woken() -> None:
    hub, rung = Hub(), dict[str, int]()
    for name, topic, keys in (
        ("everything", "price_updates", ALL),
        ("AAPL", "price_updates", Keys(["AAPL"])),
        ("IBM", "price_updates", Keys(["IBM", "MSFT"])),
        ("trades", "trades", ALL),
    ):
        bell = Bell()
        hub.open(bell).mailbox.subscribe(topic, keys)
        hub.publish("price_updates", price("AAPL"), 1)
        rung[name] = bell.rung
    assert rung == {"everything": 1, "AAPL": 1, "IBM": 0, "trades": 0}


def test_a_reader_that_changed_its_wishes_is_woken_by_the_new_ones() -> None:
    hub, bell = Hub(), Bell()
    reader = hub.open(bell)
    reader.mailbox.subscribe("price_updates")
    reader.mailbox.want("price_updates", Keys(["IBM"]))
    hub.publish("price_updates", price("AAPL"), 1)
    assert bell.rung == 0
    hub.publish("price_updates", price("IBM"), 1)
    assert bell.rung == 1 and taken(reader) == [price("IBM")]
    reader.mailbox.unsubscribe("price_updates")
    hub.publish("price_updates", price("IBM"), 1)
    assert bell.rung == 1


def test_what_a_reader_has_not_had_is_taken_before_it_is_overtaken() -> None:
    hub, seen = Hub(), list[Any]()
    reader = hub.open(lambda: None)
    reader.wake_at_once = lambda: seen.extend(taken(reader))
    reader.mailbox.subscribe("price_updates")
    for value in (1.0, 2.0, 3.0):
        hub.publish("price_updates", price("AAPL", value), 1)
        hub.publish("price_updates", price("IBM", value), 1)
    assert [(message.symbol, message.price) for message in seen] == [
        ("AAPL", 1.0),
        ("IBM", 1.0),
        ("AAPL", 2.0),
        ("IBM", 2.0),
    ]
    assert reader.mailbox.conflated == 0


def test_nobody_waits_for_a_reader_that_is_blocked_and_what_it_misses_is_counted() -> None:
    hub = Hub()
    readers = [hub.open(Bell()) for _ in range(2)]
    for reader, keys in zip(readers, (ALL, Keys(["AAPL"])), strict=True):
        reader.mailbox.subscribe("price_updates", keys)
        reader.wake_at_once = Bell()
        hub.publish("price_updates", price("IBM"), 1)
        taken(reader)
        hub.publish("price_updates", price("AAPL", 0.0), 1)
        reader.blocked = True
        for value in (1.0, 2.0, 3.0):
            hub.publish("price_updates", price("AAPL", value), 1)
        assert taken(reader) == [price("AAPL", 3.0)]
        assert (reader.wake_at_once.rung, reader.mailbox.conflated) == (0, 3)
        hub.close(reader)


def test_a_batch_that_waits_wakes_nobody_until_it_is_due() -> None:
    hub, bell = Hub(price_interval=3.0), Bell()
    reader = hub.open(bell)
    reader.mailbox.subscribe("price_updates")
    hub.publish("price_updates", price(value=1.0), SECOND)
    hub.publish("price_updates", price(value=2.0), SECOND)
    hub.advance(SECOND + LEAD - 1)
    assert (hub.due, bell.rung, taken(reader)) == (SECOND + LEAD, 0, [])
    hub.advance(SECOND + LEAD)
    assert (bell.rung, taken(reader)) == (1, [price(value=2.0)])
    hub.advance(100 * SECOND)
    assert (hub.due, bell.rung) == (None, 1)


def test_advancing_as_events_come_lets_a_busy_symbol_through() -> None:
    hub = Hub(price_interval=0.25)
    reader = hub.open(Bell())
    reader.mailbox.subscribe("price_updates")
    seen = 0
    for ts in range(0, 2 * SECOND, SECOND // 10):
        hub.advance(ts)
        seen += len(taken(reader))
        hub.publish("price_updates", price(value=float(ts)), ts)
    assert seen >= 4


def test_flushing_lets_everything_go_that_waits() -> None:
    hub, bell = Hub(price_interval=3.0), Bell()
    hub.open(bell).mailbox.subscribe("price_updates")
    hub.publish("price_updates", price(), SECOND)
    assert hub.values("price_updates") == {}
    hub.flush()
    hub.flush()
    assert hub.values("price_updates") == {"AAPL": price()} and bell.rung == 1


def test_a_closed_reader_is_not_woken_and_may_be_closed_again() -> None:
    hub, bell = Hub(), Bell()
    reader = hub.open(bell)
    reader.mailbox.subscribe("price_updates")
    hub.close(reader)
    hub.close(reader)
    hub.publish("price_updates", price(), 1)
    assert bell.rung == 0


def test_a_reader_may_close_itself_or_others_while_it_is_woken() -> None:
    hub, bell = Hub(), Bell()
    readers: list[Subscription] = []

    def leave() -> None:
        for reader in readers:
            hub.close(reader)

    readers += [hub.open(leave), hub.open(bell)]
    for reader in tuple(readers):
        reader.mailbox.subscribe("price_updates")
    hub.publish("price_updates", price(), 1)
    hub.publish("price_updates", price(), 2)
    assert bell.rung == 0


def test_readers_count_once_they_have_subscribed() -> None:
    hub = Hub()
    reader = hub.open(Bell())
    assert hub.readers == 0
    reader.mailbox.subscribe("trades", Keys())
    assert hub.readers == 0
    reader.mailbox.subscribe("trades")
    assert hub.readers == 1
    hub.close(reader)
    assert hub.readers == 0


def test_the_hub_is_blocked_while_a_reader_is() -> None:
    hub = Hub()
    hub.open(Bell())
    reader = hub.open(Bell())
    assert not hub.blocked
    reader.blocked = True
    assert hub.blocked
    hub.close(reader)
    assert not hub.blocked


def test_a_topic_added_later_can_be_read_by_those_who_were_there() -> None:
    hub = Hub()
    reader = hub.open(Bell())
    hub.add("mine")
    reader.mailbox.subscribe("mine")
    hub.publish("mine", {"symbol": "IBM"}, 1)
    assert taken(reader) == [{"symbol": "IBM"}]


def test_a_state_holds_the_newest_messages_and_a_log_the_recent_ones() -> None:
    hub = Hub()
    for value in (1.0, 2.0):
        hub.publish("price_updates", price(value=value), 1)
        hub.publish("trades", {"symbol": "IBM", "price": value}, 1)
    assert hub.messages("price_updates") == [price(value=2.0)]
    assert [message["price"] for message in hub.messages("trades")] == [1.0, 2.0]


def test_as_much_of_every_log_is_kept_as_was_asked_for_and_never_less() -> None:
    hub = Hub()
    hub.publish("signals", {"symbol": "S0"}, 1)
    hub.keep(HISTORY + 2)
    hub.keep(1)
    hub.add("mine")
    for number in range(HISTORY + 2):
        hub.publish("signals", {"symbol": f"S{number + 1}"}, 1)
        hub.publish("mine", {"symbol": "IBM"}, 1)
    assert [len(hub.messages(name)) for name in ("signals", "mine")] == [HISTORY + 2] * 2
    assert hub.messages("signals")[0] == {"symbol": "S1"}


def test_a_topic_that_there_is_not_is_named_with_those_that_are() -> None:
    with pytest.raises(UserError, match="there is no topic 'prices'; there are price_updates, signals"):
        Hub().messages("prices")
