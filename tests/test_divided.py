"""Readers of parts: they see theirs as it is, hear of no other, and share what is made for them."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tradestream_nb.divided import DividedTopic
from tradestream_nb.frames import LEGACY
from tradestream_nb.keys import ALL, NONE, Keys
from tradestream_nb.mailbox import Mailbox
from tradestream_nb.messages import PortfolioUpdate, PositionLine
from tradestream_nb.topics import SHARED

SYMBOLS = ("A", "B", "C")
keys = st.builds(Keys, st.frozensets(st.sampled_from(SYMBOLS)), all_but=st.booleans())
holdings = st.dictionaries(st.sampled_from(SYMBOLS), st.integers(-3, 3))


def portfolio(pnl: dict[str, int], account: str = "DU1", cash: float = 0.0) -> PortfolioUpdate:
    lines = {s: PositionLine(s, 1.0, 100.0, 100.0 + value, value, value) for s, value in sorted(pnl.items())}
    return PortfolioUpdate(account, {}, 0.0, cash=cash).with_positions(lines)


def read(mailbox: Mailbox) -> list[PortfolioUpdate]:
    return [entry.message for batch in mailbox.take() for entry in batch.entries]


class OfAPortfolio(RuleBasedStateMachine):
    """A reader that keeps the last message sees at any time what is so, and is sent nothing where nothing moved."""

    def __init__(self) -> None:
        super().__init__()
        self.topic = DividedTopic("portfolio")
        self.mailbox = Mailbox({"portfolio": self.topic})
        self.wanted = NONE
        self.held: dict[str, int] = {}
        self.seen: dict[str, int] | None = None
        self.moved: set[str] = set()
        self.asked = self.published = False

    @rule(held=holdings)
    def publish(self, held: dict[str, int]) -> None:
        self.moved |= {s for s in self.held.keys() | held.keys() if self.held.get(s) != held.get(s)}
        self.held, self.published = held, True
        self.topic.publish("DU1", portfolio(held), 1)

    @rule(some=keys)
    def subscribe(self, some: Keys) -> None:
        self.mailbox.subscribe("portfolio", some)
        self.want(self.wanted | some)

    @rule(some=keys)
    def unsubscribe(self, some: Keys) -> None:
        self.mailbox.unsubscribe("portfolio", some)
        self.want(self.wanted - some)

    @rule(some=keys)
    def narrow(self, some: Keys) -> None:
        self.mailbox.want("portfolio", some)
        self.want(some)

    def want(self, some: Keys) -> None:
        self.asked = bool(some) and (self.asked or some != self.wanted)
        self.wanted = some

    @rule()
    def take(self) -> None:
        taken, now = read(self.mailbox), {s: pnl for s, pnl in self.held.items() if s in self.wanted}
        assert len(taken) <= 1
        for message in taken:
            assert self.published and message == portfolio(now)
            assert self.asked or self.wanted == ALL or not self.seen or any(s in self.wanted for s in self.moved)
            self.seen = now
        if self.published and self.wanted:
            assert self.seen == now or not (self.seen or now)
        self.asked, self.moved = False, set()
        assert read(self.mailbox) == []


OfAPortfolio.TestCase.settings = settings(max_examples=200, stateful_step_count=30)
TestAReaderOfParts = OfAPortfolio.TestCase


def test_what_is_shown_is_added_up_and_the_money_is_the_accounts() -> None:
    shown = portfolio({"A": 3, "B": -1, "C": 5}, cash=7.0).only(Keys("AB"))
    assert (list(shown.positions), shown.total_pnl, shown.total_pnl_pct, shown.cash) == (["A", "B"], 2.0, 1.0, 7.0)
    assert portfolio({"A": 3}).only(NONE).total_pnl_pct == 0.0


def test_a_position_that_is_gone_is_news_to_those_who_saw_it() -> None:
    topic = DividedTopic("portfolio")
    readers = {symbol: Mailbox({"portfolio": topic}) for symbol in "AB"}
    for symbol, mailbox in readers.items():
        mailbox.subscribe("portfolio", Keys(symbol))
    topic.publish("DU1", portfolio({"A": 1, "B": 1}), 1)
    assert [len(read(mailbox)) for mailbox in readers.values()] == [1, 1]
    topic.publish("DU1", portfolio({"A": 1}), 2)
    assert {symbol: [len(m.positions) for m in read(mailbox)] for symbol, mailbox in readers.items()} == {
        "A": [],
        "B": [0],
    }


def test_the_account_that_did_not_change_is_not_sent_again() -> None:
    topic = DividedTopic("portfolio")
    mailbox = Mailbox({"portfolio": topic})
    for account in ("DU1", "DU2"):
        topic.publish(account, portfolio({"A": 1}, account), 1)
    mailbox.subscribe("portfolio", Keys("A"))
    assert [message.account for message in read(mailbox)] == ["DU1", "DU2"]
    topic.publish("DU2", portfolio({"A": 2}, "DU2"), 2)
    assert [message.account for message in read(mailbox)] == ["DU2"]


def test_a_whole_portfolio_is_sent_when_only_its_money_changed_and_a_part_is_not() -> None:
    topic = DividedTopic("portfolio")
    whole, part = Mailbox({"portfolio": topic}), Mailbox({"portfolio": topic})
    whole.subscribe("portfolio")
    part.subscribe("portfolio", Keys("A"))
    for cash in (1.0, 2.0):
        topic.publish("DU1", portfolio({"A": 1}, cash=cash), 1)
        seen = [len(read(mailbox)) for mailbox in (whole, part)]
    assert seen == [1, 0]


@pytest.mark.parametrize("behind", [0, 1])
def test_readers_of_the_same_parts_share_the_bytes(behind: int) -> None:
    topic = DividedTopic("portfolio")
    for pnl in (1, 2):
        topic.publish("DU1", portfolio({"A": pnl, "B": pnl}), pnl)
    one, other = topic.since(0, Keys("A"), snapshot=True), topic.since(behind, Keys("A"))
    assert one.entries[0] is other.entries[0]
    assert LEGACY.frames(one) == LEGACY.frames(other)


@pytest.mark.parametrize("wanted", [ALL, Keys("A")])
def test_a_message_that_cannot_be_divided_is_read_whole(wanted: Keys) -> None:
    topic = DividedTopic("portfolio")
    mailbox = Mailbox({"portfolio": topic})
    topic.publish("DU1", {"account": "DU1"}, 1)
    mailbox.subscribe("portfolio", wanted)
    assert [entry.message for batch in mailbox.take() for entry in batch.entries] == [{"account": "DU1"}]


def test_no_number_of_selections_fills_the_memory() -> None:
    topic = DividedTopic("portfolio")
    topic.publish("DU1", portfolio({"A": 1, "B": 2}), 1)
    for number in range(SHARED + 10):
        (entry,) = topic.since(0, Keys([f"K{number}", "A"])).entries
        assert list(entry.message.positions) == ["A"]
    assert len(topic._narrowed) <= SHARED
