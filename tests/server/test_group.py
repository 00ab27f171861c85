"""Clients that read the same: sent to together, and each for itself as soon as they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.talk import TS, price, signal
from tradestream_nb.hub import Hub
from tradestream_nb.server.client import Client
from tradestream_nb.server.clients import Clients
from tradestream_nb.server.door.admission import Admission
from tradestream_nb.server.door.identity import LOCAL
from tradestream_nb.server.limits import Limits
from tradestream_nb.topics import HISTORY

V1 = Admission(LOCAL, "tradestream.v1.json", "v1", "json")
UNHURRIED = Limits(request_rate=1e6, request_burst=1_000_000)
"""No request is refused for its pace, which would tell of the machine's."""


class Paper:
    """A wire that keeps what is written, and takes it only while it is `open`."""

    kind = "paper"

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.shared = self.size = 0
        self.full = self.fails = False
        self.ended: int | None = None

    def buffered(self) -> int:
        return self.size

    def write(self, messages: Sequence[bytes]) -> int:
        data = self.encode(messages)
        self._take(data)
        return len(data)

    def ready(self) -> bool:
        return not self.size

    def encode(self, messages: Sequence[bytes]) -> bytes:
        return b"".join(message + b"\n" for message in messages)

    @property
    def put(self) -> Callable[[bytes], None]:
        return self._put

    def _put(self, data: bytes) -> None:
        if self.fails:
            raise RuntimeError("torn")
        self.shared += 1
        self._take(data)

    def _take(self, data: bytes) -> None:
        self.lines += data.splitlines()
        self.size += len(data) if self.full else 0

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def close(self, code: int, reason: str) -> None:
        self.ended = code

    def abort(self) -> None:
        self.ended = 1006

    def heard(self) -> list[bytes]:
        """What was written since the last time."""
        lines, self.lines = self.lines, []
        return lines


class Desk:
    """A hub with clients on paper."""

    def __init__(self) -> None:
        self.hub = Hub(epoch="e1")
        self.clients = Clients(self.hub, limits=UNHURRIED)
        self.papers: dict[Client, Paper] = {}

    def open(self, channel: str = "price", **more: object) -> tuple[Client, Paper]:
        paper = Paper()
        client = self.clients.open(paper, V1, "127.0.0.1", line=paper)
        self.clients.received(client, f'{{"type":"subscribe","channel":"{channel}"}}')
        paper.heard()
        return client, paper

    def turn(self) -> None:
        """End the turn of the loop."""
        self.clients._end_turn()


@pytest.fixture
async def desk() -> Desk:
    return Desk()


async def test_what_goes_to_one_goes_to_all_who_read_the_same_in_one_piece(desk: Desk) -> None:
    (_, one), (_, two), (_, other) = desk.open(), desk.open(), desk.open("signals")
    desk.hub.publish("price_updates", price(), TS)
    desk.hub.publish("signals", signal(), TS)
    desk.turn()
    first, second = one.heard(), two.heard()
    assert len(first) == 1 and first == second != other.heard()
    assert (one.shared, two.shared, other.shared) == (1, 1, 1)


async def test_each_counts_what_it_was_sent_itself(desk: Desk) -> None:
    one, _ = desk.open()
    desk.hub.publish("price_updates", price(value=1.0), TS)
    desk.turn()
    two, _ = desk.open()
    before = two.counters().delivered
    desk.hub.publish("price_updates", price(value=2.0), TS)
    desk.turn()
    assert two.counters().delivered == before + 1
    delivered = one.counters()
    assert desk.clients.totals().delivered == delivered.delivered + two.counters().delivered
    desk.clients.received(one, '{"type":"ping"}')
    assert one.counters().delivered == delivered.delivered + 1
    assert one.counters().sent > delivered.sent


async def test_one_whose_wire_fills_up_is_sent_no_more_and_the_others_are(desk: Desk) -> None:
    (slow, full), (_, fast) = desk.open(), desk.open()
    full.full = True
    full.size = Limits().soft_buffer
    desk.clients.stand_alone(slow)
    for value in (1.0, 2.0, 3.0):
        desk.hub.publish("price_updates", price(value=value), TS)
        desk.turn()
    assert (len(full.heard()), len(fast.heard())) == (0, 3)
    full.full, full.size = False, 0
    desk.clients.flush(slow)
    [newest] = full.heard()
    assert b'"price":3.0' in newest
    assert slow.counters().conflated == 2
    desk.hub.publish("price_updates", price(value=4.0), TS)
    desk.turn()
    assert full.heard() == fast.heard() != []
    assert full.shared == 1


async def test_one_that_leaves_in_the_middle_of_a_turn_misses_and_repeats_nothing(desk: Desk) -> None:
    (one, alone), (_, together) = desk.open(), desk.open()
    desk.hub.publish("price_updates", price("AAPL", 1.0), TS)
    desk.hub.publish("price_updates", price("AAPL", 2.0), TS)
    desk.clients.received(one, '{"type":"ping"}')
    desk.hub.publish("price_updates", price("AAPL", 3.0), TS)
    desk.turn()
    prices = [line for line in alone.heard() if b"price_update" in line]
    assert prices == together.heard()
    assert [line.split(b'"price":')[1][:3] for line in prices] == [b"1.0", b"2.0", b"3.0"]


async def test_one_that_asks_for_something_else_reads_that(desk: Desk) -> None:
    (one, narrowed), (_, whole) = desk.open(), desk.open()
    desk.clients.received(one, '{"type":"subscribe","channel":"price","symbols":["IBM"]}')
    narrowed.heard()
    desk.hub.publish("price_updates", price("AAPL"), TS)
    desk.hub.publish("price_updates", price("IBM"), TS)
    desk.turn()
    assert b"AAPL" not in b"".join(narrowed.heard())
    assert b"AAPL" in b"".join(whole.heard())


async def test_all_who_missed_something_are_told_and_those_who_missed_nothing_go_on(desk: Desk) -> None:
    papers = [desk.open("signals")[1] for _ in range(2)]
    _, prices = desk.open()
    for number in range(HISTORY + 1):
        desk.hub.publish("signals", signal(f"S{number}"), TS)
    desk.hub.publish("price_updates", price(), TS)
    desk.turn()
    desk.turn()
    assert [paper.ended for paper in papers] == [4508, 4508]
    assert prices.ended is None and len(prices.heard()) == 1


async def test_a_wire_that_fails_ends_its_own_client_only(desk: Desk) -> None:
    (_, one), (_, torn), (_, last) = desk.open(), desk.open(), desk.open()
    torn.fails = True
    desk.hub.publish("price_updates", price(), TS)
    desk.turn()
    assert len(one.heard()) == len(last.heard()) == 1
    assert (one.ended, torn.ended, last.ended) == (None, 1006, None)


async def test_a_group_without_members_reads_no_more(desk: Desk) -> None:
    members = [desk.open()[0] for _ in range(2)]
    for client in members:
        desk.clients.close(client)
    assert desk.hub.readers == 0
    assert not desk.clients._groups._groups


REQUESTS = (
    '{"type":"ping"}',
    '{"type":"subscribe","channels":["price","signals"]}',
    '{"type":"subscribe","channel":"price","symbols":["IBM"]}',
    '{"type":"subscribe","channel":"price","symbols":["AAPL","IBM"]}',
    '{"type":"unsubscribe","channel":"price","symbols":["AAPL"]}',
    '{"type":"unsubscribe","channel":"signals"}',
)
deeds = st.one_of(
    st.tuples(st.just("price"), st.sampled_from(["AAPL", "IBM", "MSFT"])),
    st.tuples(st.just("signal"), st.sampled_from(["AAPL", "IBM"])),
    st.tuples(st.integers(0, 2), st.sampled_from(REQUESTS)),
    st.just(("turn", "")),
)


@settings(max_examples=300)
@given(st.lists(deeds, max_size=40))
async def test_sharing_changes_no_byte_of_what_a_client_is_sent(done: list[tuple[object, str]]) -> None:
    desk, pairs = Desk(), []
    for _ in range(3):
        shared, alone = Paper(), Paper()
        pairs.append([(desk.clients.open(p, V1, "", line=line), p) for p, line in ((shared, shared), (alone, None))])
    for number, (kind, what) in enumerate(done, start=1):
        if kind == "price":
            desk.hub.publish("price_updates", price(what, number), TS)
        elif kind == "signal":
            desk.hub.publish("signals", signal(what, number), TS)
        elif kind == "turn":
            desk.turn()
        else:
            for client, _ in pairs[int(str(kind))]:
                desk.clients.received(client, what)
    desk.turn()
    for (_, one), (_, other) in pairs:
        assert streamed(one) == streamed(other)


def streamed(paper: Paper) -> list[bytes]:
    """The messages of the topics among what was written."""
    return [line for line in paper.heard() if line.startswith((b'{"type":"price_update"', b'{"type":"signal"'))]
