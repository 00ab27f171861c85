"""Whatever happens to connections and servers, every signal comes once and in order, or a gap says which did not."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client.paired import Pair
from tradestream_nb.client.marks import Gap
from tradestream_nb.messages import SignalRaised

KEPT = 6

PUBLISH = st.tuples(st.just("publish"), st.integers(1, 2 * KEPT))
HEAR = st.tuples(st.just("hear"), st.integers(1, 10))
OTHER = st.tuples(st.sampled_from(["flush", "cut", "connect", "restart"]), st.just(0))


class Story:
    """What was published, run by run, and what is heard of it."""

    def __init__(self) -> None:
        self.pair = Pair(history=KEPT)
        self.published = {self.pair.hub.epoch: 0}

    def do(self, deed: str, number: int) -> None:
        pair = self.pair
        if deed == "publish":
            for _ in range(number):
                self.published[pair.hub.epoch] += 1
                pair.signal(f"{pair.hub.epoch} {self.published[pair.hub.epoch]}")
        elif deed == "restart":
            pair.cut()
            pair.restart()
            self.published[pair.hub.epoch] = 0
        elif deed == "connect":
            pair.cut()
            pair.connect()
        elif deed == "hear":
            pair.hear(number)
        else:
            getattr(pair, deed)()


@settings(max_examples=300)
@given(st.lists(PUBLISH | HEAR | OTHER, max_size=40))
def test_nothing_is_lost_or_doubled_without_a_word(deeds: list[tuple[str, int]]) -> None:
    story = Story()
    pair = story.pair
    pair.connect()
    pair.ask(type="subscribe", channels=["signals"])
    pair.hear()
    for deed, number in deeds:
        story.do(deed, number)
    story.do("connect", 0)
    pair.hear()
    place = ("e1", 0)
    for item in pair.take():
        if isinstance(item, Gap):
            assert (item.after.epoch, item.after.seq) == place
            place = (item.until.epoch, item.until.seq)
        elif isinstance(item, SignalRaised):
            epoch, number_of = item.symbol.split()
            assert (epoch, int(number_of)) == (place[0], place[1] + 1)
            place = (epoch, int(number_of))
    assert place == (pair.hub.epoch, story.published[pair.hub.epoch])
