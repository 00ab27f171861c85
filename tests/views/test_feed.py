"""A view's place in a topic."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.hub import Hub
from tradestream_nb.messages import PriceUpdate, SignalRaised
from tradestream_nb.views.feed import KEPT, Feed, feeds


def price(hub: Hub, symbol: str, value: float) -> None:
    hub.publish("price_updates", PriceUpdate(symbol, value), 1)


def signal(hub: Hub, number: int) -> None:
    hub.publish("signals", SignalRaised("BUY", "A", number, 1, 1.0), number)


def prices(feed: Feed) -> list[float]:
    return [entry.message.price for entry in feed.take().entries]


def test_what_was_there_before_is_taken_first() -> None:
    hub = Hub()
    price(hub, "A", 1)
    assert prices(Feed(hub, "price_updates")) == [1]


def test_nothing_is_taken_twice() -> None:
    hub = Hub()
    feed = Feed(hub, "price_updates")
    price(hub, "A", 1)
    price(hub, "B", 2)
    assert prices(feed) == [1, 2]
    price(hub, "A", 3)
    assert prices(feed) == [3]
    assert prices(feed) == []


def test_a_look_tells_news_once_and_takes_nothing() -> None:
    hub = Hub()
    feed = Feed(hub, "signals")
    assert not feed.look()
    signal(hub, 1)
    assert feed.look()
    assert not feed.look()
    assert prices(feed) == [1]


def test_the_snapshot_is_all_there_is_and_takes_nothing() -> None:
    hub = Hub()
    price(hub, "A", 1)
    feed = Feed(hub, "price_updates")
    price(hub, "B", 2)
    assert [entry.message.price for entry in feed.snapshot().entries] == [1, 2]
    assert feed.snapshot().snapshot and prices(feed) == [1, 2]


def test_of_a_state_only_the_newest_values_wait() -> None:
    hub = Hub()
    feed = Feed(hub, "price_updates")
    for value in range(10_000):
        price(hub, "A", value)
    assert prices(feed) == [9_999]


@given(st.lists(st.integers(0, 2 * KEPT), max_size=6))
def test_of_a_log_every_message_is_taken_once_but_for_those_too_old_to_show(bursts: list[int]) -> None:
    hub, taken, published = Hub(), list[float](), 0
    feed = Feed(hub, "signals")
    for burst in bursts:
        for number in range(published, published + burst):
            signal(hub, number)
        new = prices(feed)
        assert new == list(range(published, published + burst))[-KEPT:]
        taken += new
        published += burst
    assert [entry.message.price for entry in feed.snapshot().entries] == list(range(published))[-KEPT:]
    assert len(set(taken)) == len(taken)


def test_a_view_of_several_topics_has_a_feed_of_each() -> None:
    assert list(feeds(Hub(), ["health", "trades"])) == ["health", "trades"]
