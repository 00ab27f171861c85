"""One reader's view of the topics, against a naive reader that remembers everything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tradestream_nb.errors import ReaderTooSlow
from tradestream_nb.hub import Hub
from tradestream_nb.keys import ALL, NONE, Keys
from tradestream_nb.mailbox import Mailbox
from tradestream_nb.topics import HISTORY, Batch, EventTopic, StateTopic

UNIVERSE = ("A", "B", "C")
names = st.sampled_from(UNIVERSE)
keys = st.builds(Keys, st.frozensets(names), all_but=st.booleans())


def messages(batches: list[Batch], topic: str) -> list[Any]:
    return [entry.message for batch in batches if batch.topic == topic for entry in batch.entries]


class OfAState(RuleBasedStateMachine):
    """Whatever happens in between, a take leaves the reader with the visible value of every wanted key."""

    def __init__(self) -> None:
        super().__init__()
        self.topic = StateTopic("prices", interval=1.0)
        self.mailbox = Mailbox({"prices": self.topic})
        self.wanted = NONE
        self.newest: dict[str, int] = {}
        self.visible: dict[str, int] = {}
        self.seen: dict[str, int] = {}
        self.number = 0

    @rule(key=names)
    def publish(self, key: str) -> None:
        self.number += 1
        self.newest[key] = self.number
        self.topic.publish(key, (key, self.number), self.number)

    @rule()
    def release(self) -> None:
        self.topic.release()
        self.visible = dict(self.newest)

    @rule(some=keys)
    def subscribe(self, some: Keys) -> None:
        self.mailbox.subscribe("prices", some)
        self.want(self.wanted | some)

    @rule(some=keys)
    def unsubscribe(self, some: Keys) -> None:
        self.mailbox.unsubscribe("prices", some)
        self.want(self.wanted - some)

    @rule(some=keys)
    def narrow(self, some: Keys) -> None:
        self.mailbox.want("prices", some)
        self.want(some)

    def want(self, some: Keys) -> None:
        self.wanted = some
        self.seen = {key: number for key, number in self.seen.items() if key in some}

    @rule()
    def take(self) -> None:
        batches = self.mailbox.take()
        taken = [entry.message for batch in batches for entry in batch.entries]
        assert len({key for key, _ in taken}) == len(taken), "a key came twice"
        assert [batch.snapshot for batch in batches] == sorted((batch.snapshot for batch in batches), reverse=True)
        for key, number in taken:
            assert key in self.wanted
            assert number > self.seen.get(key, 0), "a value came again, or an older one after a newer one"
            self.seen[key] = number
        assert self.seen == {key: number for key, number in self.visible.items() if key in self.wanted}
        assert self.mailbox.take() == []

    @invariant()
    def the_subscription_is_what_was_asked_for(self) -> None:
        assert self.mailbox.subscriptions.get("prices", NONE) == self.wanted


class OfALog(RuleBasedStateMachine):
    """A take gives exactly the messages that came while their key was wanted, or were asked for from before, in order.

    When some of what came from its place on is no longer kept it raises ReaderTooSlow instead, for nobody can tell then
    whether it was wanted.
    """

    HISTORY = 6

    def __init__(self) -> None:
        super().__init__()
        self.hub = Hub()
        self.hub.topics["trades"] = EventTopic("trades", history=self.HISTORY)
        self.mailbox = self.hub.open(lambda: None).mailbox
        self.wanted = NONE
        self.log: list[tuple[str, int]] = []
        self.due: list[tuple[str, int]] = []
        self.quiet = 0
        """The place from which it has yet to read, or one before it."""

    @rule(key=names)
    def publish(self, key: str) -> None:
        self.log.append((key, len(self.log) + 1))
        self.due += [entry for entry in self.log[-1:] if key in self.wanted]
        self.hub.publish("trades", {"symbol": key, "number": len(self.log)}, 0)

    @rule(some=keys)
    def subscribe(self, some: Keys) -> None:
        self.mailbox.subscribe("trades", some)
        self.want(self.wanted | some)

    @rule(some=keys, back=st.integers(0, HISTORY))
    def resume(self, some: Keys, back: int) -> None:
        since = max(0, len(self.log) - back)
        self.mailbox.subscribe("trades", some, since=since)
        if some - self.wanted:
            self.quiet = min(self.quiet, since)
        self.due += [entry for entry in self.log[since:] if entry[0] in some - self.wanted]
        self.want(self.wanted | some)

    @rule(back=st.integers(0, HISTORY))
    def rewind(self, back: int) -> None:
        since = max(0, len(self.log) - back)
        self.mailbox.rewind("trades", since)
        if self.wanted:
            self.quiet = since
        self.due = [entry for entry in self.log[since:] if entry[0] in self.wanted]

    @rule(some=keys)
    def unsubscribe(self, some: Keys) -> None:
        self.mailbox.unsubscribe("trades", some)
        self.want(self.wanted - some)

    @rule(some=keys)
    def narrow(self, some: Keys) -> None:
        self.mailbox.want("trades", some)
        self.want(some)

    def want(self, some: Keys) -> None:
        self.wanted = some
        self.due = [entry for entry in self.due if entry[0] in some]

    @rule()
    def take(self) -> None:
        gone = len(self.log) - self.HISTORY
        lost = any(number <= gone for _, number in self.due)
        try:
            taken = messages(self.mailbox.take(), "trades")
        except ReaderTooSlow:
            assert lost or gone >= self.quiet
            self.unsubscribe(ALL)
        else:
            assert not lost
            assert [message["number"] for message in taken] == sorted(number for _, number in self.due)
            assert self.mailbox.take() == []
        self.due, self.quiet = [], len(self.log)

    @invariant()
    def its_place_is_where_the_next_message_follows(self) -> None:
        if self.wanted:
            place = self.mailbox.place("trades")
            assert all(number > place for _, number in self.due)


for machine in (OfAState, OfALog):
    machine.TestCase.settings = settings(max_examples=100, stateful_step_count=30)
TestAMailboxOfAState = OfAState.TestCase
TestAMailboxOfALog = OfALog.TestCase


def two_topics() -> tuple[StateTopic, EventTopic, Mailbox]:
    prices, trades = StateTopic("prices"), EventTopic("trades")
    return prices, trades, Mailbox({"prices": prices, "trades": trades})


def test_a_mailbox_begins_with_nothing() -> None:
    _, _, mailbox = two_topics()
    assert (mailbox.subscriptions, mailbox.take()) == ({}, [])


def test_a_state_begins_with_a_snapshot_and_a_log_with_what_comes() -> None:
    prices, trades, mailbox = two_topics()
    prices.publish("A", "before", 1)
    trades.publish("A", "before", 1)
    mailbox.subscribe("prices")
    mailbox.subscribe("trades")
    [snapshot] = mailbox.take()
    assert snapshot.snapshot and messages([snapshot], "prices") == ["before"]
    prices.publish("A", "after", 2)
    trades.publish("A", "after", 2)
    assert [(batch.topic, batch.snapshot) for batch in mailbox.take()] == [("prices", False), ("trades", False)]


def test_the_snapshot_of_a_new_key_stands_before_the_news_of_the_old_ones() -> None:
    prices, _, mailbox = two_topics()
    mailbox.subscribe("prices", Keys("A"))
    assert mailbox.take() == []
    prices.publish("A", 2, 1)
    prices.publish("B", 1, 2)
    mailbox.subscribe("prices", Keys("B"))
    assert [(batch.snapshot, messages([batch], "prices")) for batch in mailbox.take()] == [(True, [1]), (False, [2])]


def test_a_reader_that_fell_behind_a_log_is_told_until_it_starts_afresh() -> None:
    topic = EventTopic("trades", history=2)
    mailbox = Mailbox({"trades": topic})
    mailbox.subscribe("trades")
    for number in range(3):
        topic.publish("A", number, number)
    for _ in range(2):
        with pytest.raises(ReaderTooSlow, match="3 messages behind"):
            mailbox.take()
    mailbox.unsubscribe("trades")
    mailbox.subscribe("trades", since=topic.first - 1)
    assert messages(mailbox.take(), "trades") == [1, 2]


def test_a_reader_of_a_quiet_key_is_not_too_slow_and_gets_what_was_for_it() -> None:
    hub = Hub()
    reader = hub.open(lambda: None)
    reader.mailbox.subscribe("trades", Keys("A"))
    for number in range(HISTORY + 5):
        hub.publish("trades", {"symbol": "B", "number": number}, number)
    assert reader.mailbox.place("trades") == HISTORY + 5
    hub.publish("trades", {"symbol": "A", "number": -1}, 0)
    assert reader.mailbox.place("trades") == HISTORY + 5
    assert [message["number"] for message in messages(reader.mailbox.take(), "trades")] == [-1]


def test_what_came_before_a_key_was_wanted_does_not_come_with_it() -> None:
    hub = Hub()
    reader = hub.open(lambda: None)
    reader.mailbox.subscribe("trades", Keys("A"))
    hub.publish("trades", {"symbol": "B"}, 1)
    reader.mailbox.subscribe("trades", Keys("B"))
    assert reader.mailbox.take() == []


def test_a_key_that_is_wanted_already_is_not_read_again() -> None:
    _, trades, mailbox = two_topics()
    mailbox.subscribe("trades", Keys("A"))
    trades.publish("A", "heard", 1)
    trades.publish("B", "missed", 2)
    mailbox.take()
    mailbox.subscribe("trades", Keys("AB"), since=0)
    assert messages(mailbox.take(), "trades") == ["missed"]


def test_readers_with_the_same_wishes_get_the_same_batch_objects() -> None:
    prices, _, one = two_topics()
    other = Mailbox({"prices": prices})
    for mailbox in (one, other):
        mailbox.subscribe("prices", Keys("A"))
    prices.publish("A", 1, 1)
    assert [id(batch) for batch in one.take()] == [id(batch) for batch in other.take()]


def test_leaving_a_topic_that_was_not_read_is_no_error() -> None:
    _, _, mailbox = two_topics()
    mailbox.unsubscribe("prices")
    assert mailbox.subscriptions == {}
