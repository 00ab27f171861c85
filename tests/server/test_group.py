"""Clients that read the same: sent to together, and each for itself as soon as they differ."""

from __future__ import annotations

import json

import pytest

from tests.server.desk import Desk
from tests.server.talk import TS, price, signal
from tradestream_nb.server.limits import Limits
from tradestream_nb.topics import HISTORY


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


async def test_one_that_wants_less_in_the_middle_of_a_turn_hears_no_more_of_it_after_the_answer(desk: Desk) -> None:
    one, paper = desk.open()
    desk.clients.received(one, '{"type":"subscribe","channel":"price","symbols":["AAPL","IBM"]}')
    paper.heard()
    for symbol in ("MSFT", "AAPL", "MSFT"):
        desk.hub.publish("price_updates", price(symbol), TS)
    desk.clients.received(one, '{"type":"unsubscribe","channel":"price","symbols":["AAPL"]}')
    for symbol in ("AAPL", "IBM"):
        desk.hub.publish("price_updates", price(symbol), TS)
    desk.turn()
    before, answer, after = [json.loads(line) for line in paper.heard()]
    assert (list(before["symbols"]), answer["type"], list(after["symbols"])) == (["AAPL"], "unsubscribed", ["IBM"])
    assert before["seq"] <= answer["seq"]["price_updates"] < after["seq"]


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


async def test_who_leaves_while_it_is_written_to_mixes_up_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (leaving, first), (_, half), (_, last) = desk.open(), desk.open(), desk.open()

    def filled(data: bytes) -> int:
        desk.clients.stand_alone(leaving)
        return len(data)

    finished = list[bytes]()
    monkeypatch.setattr(first, "send", filled)
    monkeypatch.setattr(half, "send", lambda data: 10)
    monkeypatch.setattr(half, "finish", lambda data, taken: finished.append(data[taken:]))
    desk.hub.publish("price_updates", price(), TS)
    desk.turn()
    [line] = last.heard()
    assert finished == [line[10:] + b"\n"]
    assert first.ended is half.ended is last.ended is None


async def test_each_gets_the_prices_of_its_own_symbols_from_one_read(desk: Desk) -> None:
    asked = (["AAPL"], ["IBM", "AAPL"], ["MSFT"], ["AAPL"])
    opened = [desk.open() for _ in range(len(asked) + 1)]
    for (client, paper), symbols in zip(opened, asked, strict=False):
        desk.clients.received(client, json.dumps({"type": "subscribe", "channel": "price", "symbols": symbols}))
        paper.heard()
    desk.hub.publish("price_updates", price("AAPL"), TS)
    desk.hub.publish("price_updates", price("IBM"), TS)
    desk.turn()
    papers = [paper for _, paper in opened]
    assert [paper.shared for paper in papers] == [1, 1, 0, 1, 1]
    first, second, third, fourth, whole = (paper.heard() for paper in papers)
    assert (first, second, third) == (fourth, whole, [])
    assert b"IBM" not in first[0] and b"IBM" in second[0]
    assert [client.counters().conflated for client, _ in opened] == [0] * 5


async def test_a_group_without_members_reads_no_more(desk: Desk) -> None:
    members = [desk.open()[0] for _ in range(2)]
    for client in members:
        desk.clients.close(client)
    assert desk.hub.readers == 0
    assert not desk.clients._groups._groups
