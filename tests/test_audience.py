"""Who is told of news, and who reads in place of another."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tradestream_nb.hub import Hub, Subscription
from tradestream_nb.keys import ALL, Keys
from tradestream_nb.mailbox import Mailbox
from tradestream_nb.messages import PriceUpdate

NAMES = ("A", "B", "C")
WISHES = (ALL, Keys("A"), Keys("AB"), ~Keys("A"))


class Bell:
    """Counts how often it was rung."""

    def __init__(self) -> None:
        self.rung = 0

    def wake(self) -> None:
        self.rung += 1

    wake_at_once = wake


def price(name: str, value: float) -> PriceUpdate:
    return PriceUpdate(name, value)


def values(mailbox: Mailbox) -> list[tuple[str, float]]:
    return [(e.key, e.message.price) for batch in mailbox.take() for e in batch.entries]


def reader(hub: Hub, keys: Keys) -> Subscription:
    subscription = hub.open(lambda: None)
    for topic in ("price_updates", "trades"):
        subscription.mailbox.subscribe(topic, keys)
    subscription.mailbox.take()
    return subscription


class InPlaceOfAnother(RuleBasedStateMachine):
    """One that rests upon another, which reads for both, and goes on from there, has what a third one has got alone."""

    def __init__(self) -> None:
        super().__init__()
        self.hub, self.number = Hub(), 0
        self.got: list[Any] = []
        self.expected: list[Any] = []
        self.resting = False
        self.begin(ALL)

    def begin(self, keys: Keys) -> None:
        self.one, self.third = reader(self.hub, keys), reader(self.hub, keys)
        self.leader = self.hub.mailbox(Bell())
        for topic, wanted in self.one.mailbox.subscriptions.items():
            self.leader.want(topic, wanted)
        self.leader.take()

    @precondition(lambda self: not self.number)
    @rule(keys=st.sampled_from(WISHES))
    def choose(self, keys: Keys) -> None:
        self.begin(keys)

    @rule(name=st.sampled_from(NAMES), topic=st.sampled_from(["price_updates", "trades"]))
    def publish(self, name: str, topic: str) -> None:
        self.number += 1
        self.hub.publish(topic, price(name, self.number), self.number)

    @rule()
    def take(self) -> None:
        self.expected.extend(values(self.third.mailbox))
        leading = values(self.leader)
        self.got.extend(leading if self.resting else values(self.one.mailbox))

    @precondition(lambda self: not self.resting)
    @rule()
    def rest(self) -> None:
        self.take()
        assert self.one.mailbox.at_rest()
        self.one.mailbox.stand_by()
        self.resting = True

    @precondition(lambda self: self.resting)
    @rule()
    def go_on(self) -> None:
        self.one.mailbox.go_on_from(self.leader)
        self.resting = False

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        assert sorted(self.got) == sorted(self.expected)


InPlaceOfAnother.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestInPlaceOfAnother = InPlaceOfAnother.TestCase


@pytest.mark.parametrize("keys", WISHES)
def test_one_that_rests_upon_another_is_not_rung_until_it_goes_on(keys: Keys) -> None:
    hub, rung = Hub(), list[int]()
    subscription = hub.open(lambda: rung.append(1))
    subscription.mailbox.subscribe("price_updates", keys)
    bell = Bell()
    leader = hub.mailbox(bell)
    leader.want("price_updates", keys)
    subscription.mailbox.stand_by()
    hub.publish("price_updates", price("B", 1.0), 1)
    hub.publish("price_updates", price("A", 1.0), 1)
    assert (len(rung), bell.rung >= 1) == (0, True)
    assert leader.take()
    subscription.mailbox.go_on_from(leader)
    hub.publish("price_updates", price("B", 2.0), 1)
    hub.publish("price_updates", price("A", 2.0), 1)
    assert rung == [1]


def test_a_mailbox_is_at_rest_when_nothing_is_held_back_from_its_reader() -> None:
    hub = Hub()
    mailbox = hub.open(lambda: None).mailbox
    assert not mailbox.at_rest()
    hub.publish("price_updates", price("A", 1.0), 1)
    mailbox.subscribe("price_updates")
    assert not mailbox.at_rest()
    mailbox.take()
    assert mailbox.at_rest()
    hub.publish("price_updates", price("A", 2.0), 1)
    assert not mailbox.at_rest()
    mailbox.take()
    mailbox.pace("price_updates", 0.25)
    assert not mailbox.at_rest()
