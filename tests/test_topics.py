"""States and logs: what a cursor sees, and when."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.clock import SECOND
from tradestream_nb.errors import ReaderTooSlow
from tradestream_nb.keys import ALL, Keys
from tradestream_nb.topics import LEAD, SHARED, Batch, EventTopic, StateTopic, Topic

names = st.sampled_from("ABCD")
keys = st.builds(Keys, st.frozensets(names), all_but=st.booleans())
changes = st.lists(st.tuples(names, st.integers(0, 2 * SECOND)), min_size=1, max_size=60)


def contents(batch: Batch) -> list[tuple[int, str, object]]:
    return [(entry.seq, entry.key, entry.message) for entry in batch.entries]


@pytest.mark.parametrize("make", [StateTopic, EventTopic])
def test_a_topic_starts_with_nothing(make: Callable[[str], Topic]) -> None:
    topic = make("t")
    assert (topic.seq, topic.ts, topic.entries(), topic.since(0).entries) == (0, None, (), ())


def test_nothing_waits_in_a_new_state() -> None:
    topic = StateTopic("t", interval=1.0)
    assert topic.due() is None and not topic.release()


@pytest.mark.parametrize("make", [StateTopic, EventTopic])
def test_readers_at_one_cursor_with_the_same_keys_share_one_batch(make: Callable[[str], Topic]) -> None:
    topic = make("t")
    topic.publish("A", "old", 1)
    cursor = topic.seq
    topic.publish("A", "new", 2)
    assert topic.since(cursor, Keys("A")) is topic.since(cursor, Keys("A"))
    assert topic.since(cursor, Keys("A")) is not topic.since(cursor, Keys("B"))
    assert topic.since(0, ALL) is not topic.since(0, ALL, snapshot=True)
    before = topic.since(cursor)
    topic.publish("A", "newest", 3)
    assert contents(before) == [(2, "A", "new")] and contents(topic.since(2)) == [(3, "A", "newest")]
    assert contents(topic.since(cursor))[-1] == (3, "A", "newest")


@pytest.mark.parametrize("make", [StateTopic, EventTopic])
def test_entries_are_shared_between_batches(make: Callable[[str], Topic]) -> None:
    topic = make("t")
    topic.publish("A", "new", 2)
    assert topic.since(0, ALL).entries[0] is topic.since(0, Keys("A")).entries[0]


def test_a_batch_carries_the_seq_of_its_topic_and_its_newest_time() -> None:
    topic = StateTopic("t")
    for key, ts in (("A", 5), ("B", 9), ("C", 7)):
        topic.publish(key, key, ts)
    batch = topic.since(0, Keys("AB"), snapshot=True)
    assert (batch.topic, batch.seq, batch.ts, batch.snapshot) == ("t", 3, 9, True)


@given(changes, keys, st.data())
def test_a_state_gives_the_newest_value_of_each_key_that_changed(
    taken: list[tuple[str, int]], wanted: Keys, data: st.DataObject
) -> None:
    topic, newest = StateTopic("t"), dict[str, int]()
    for number, (key, ts) in enumerate(taken, start=1):
        topic.publish(key, number, ts)
        newest[key] = number
    cursor = data.draw(st.integers(0, topic.seq))
    expected = sorted((seq, key, seq) for key, seq in newest.items() if seq > cursor and key in wanted)
    assert contents(topic.since(cursor, wanted)) == expected
    assert [entry.message for entry in topic.entries()] == sorted(newest.values())


@given(changes, keys, st.data())
def test_what_waited_comes_in_the_order_of_its_seq(
    taken: list[tuple[str, int]], wanted: Keys, data: st.DataObject
) -> None:
    topic, cursors = StateTopic("t", interval=1.0), [0]
    for number, (key, ts) in enumerate(taken, start=1):
        topic.publish(key, number, ts)
        if data.draw(st.booleans()) and topic.release():
            cursors.append(topic.seq)
    topic.release()
    for cursor in cursors:
        seqs = [entry.seq for entry in topic.since(cursor, wanted).entries]
        assert seqs == sorted(seqs) and all(seq > cursor for seq in seqs)


@given(changes, keys, st.integers(1, 20), st.data())
def test_a_log_gives_every_message_after_the_cursor_or_says_that_some_are_gone(
    taken: list[tuple[str, int]], wanted: Keys, history: int, data: st.DataObject
) -> None:
    topic, log = EventTopic("t", history=history), list[tuple[int, str, int]]()
    for number, (key, ts) in enumerate(taken, start=1):
        topic.publish(key, number, ts)
        log.append((number, key, number))
    expected = [entry for entry in log if entry[1] in wanted]
    assert topic.first == max(1, len(log) - history + 1)
    assert contents(topic.since(topic.last(history), wanted)) == [e for e in expected if e[0] >= topic.first]
    cursor = data.draw(st.integers(0, len(log)))
    if cursor >= len(log) - history:
        assert contents(topic.since(cursor, wanted)) == [e for e in expected if e[0] > cursor]
    else:
        with pytest.raises(ReaderTooSlow, match=f"'t' is {len(log) - cursor} messages behind"):
            topic.since(cursor, wanted)


def test_the_last_few_of_a_log_are_as_many_as_asked_for_or_kept() -> None:
    topic = EventTopic("t", history=3)
    for number in range(5):
        topic.publish("A", number, number)
    assert [len(topic.since(topic.last(count)).entries) for count in (0, 2, 3, 100)] == [0, 2, 3, 3]


def test_a_value_that_waits_is_not_seen_before_its_batch() -> None:
    topic = StateTopic("t", interval=1.0)
    assert not topic.publish("A", "first", 0)
    assert (topic.seq, topic.ts, topic.entries()) == (0, 0, ())
    topic.publish("A", "second", 5)
    assert topic.release() and not topic.release()
    assert contents(topic.since(0)) == [(2, "A", "second")]


def test_the_interval_runs_from_the_release_and_not_from_what_was_released() -> None:
    topic = StateTopic("t", interval=3.0)
    topic.publish("A", 1, 100 * SECOND)
    assert topic.release(102 * SECOND)
    topic.publish("A", 2, 102 * SECOND)
    assert topic.due() == 105 * SECOND


def test_a_first_change_after_a_quiet_time_waits_for_the_lead_only() -> None:
    topic = StateTopic("t", interval=3.0)
    topic.publish("A", 1, 100 * SECOND)
    assert topic.due() == 100 * SECOND + LEAD
    topic.release()
    topic.publish("A", 2, 101 * SECOND)
    assert topic.due() == 103 * SECOND
    topic.release()
    topic.publish("A", 3, 200 * SECOND)
    assert topic.due() == 200 * SECOND + LEAD


def test_a_key_that_changes_all_the_time_does_not_put_its_batch_off() -> None:
    topic = StateTopic("t", interval=0.25)
    for ts in range(0, SECOND // 4, SECOND // 10):
        topic.publish("A", ts, ts)
    assert topic.due() == SECOND // 4


@pytest.mark.parametrize("let_go", [True, False])
def test_a_clock_that_jumps_back_does_not_hold_the_batch_up(let_go: bool) -> None:
    topic = StateTopic("t", interval=3.0)
    topic.publish("A", 1, 3600 * SECOND)
    if let_go:
        topic.release()
    topic.publish("A", 2, SECOND)
    due = topic.due()
    assert due is not None and due <= 4 * SECOND


class Release(NamedTuple):
    """A batch let go at the moment it was due, and the times of the changes in it."""

    moment: int
    changes: list[int]


def released(taken: list[tuple[str, int]], interval: float) -> list[Release]:
    """Publish each change so long (µs) after the one before, and let batches go exactly when they are due."""
    topic, releases, waiting, now = StateTopic("t", interval=interval), list[Release](), list[int](), 0
    for key, gap in [*taken, ("A", 3600 * SECOND)]:
        now += gap
        due = topic.due()
        if due is not None and due <= now:
            topic.release()
            releases.append(Release(due, waiting))
            waiting = []
        topic.publish(key, now, now)
        waiting.append(now)
    return releases


@given(changes, st.sampled_from([0.1, 0.25, 3.0]))
def test_an_interval_lets_one_batch_through_at_most(taken: list[tuple[str, int]], interval: float) -> None:
    for earlier, later in pairwise(released(taken, interval)):
        assert later.moment - earlier.changes[-1] >= round(interval * SECOND)


@given(changes, st.sampled_from([0.1, 0.25, 3.0]))
def test_no_change_waits_longer_than_the_interval_or_the_lead_after_a_quiet_time(
    taken: list[tuple[str, int]], interval: float
) -> None:
    whole, quiet_since = round(interval * SECOND), -SECOND * 10
    for moment, times in released(taken, interval):
        assert moment - times[0] <= (min(whole, LEAD) if times[0] >= quiet_since else whole)
        quiet_since = times[-1] + whole
    assert sum(len(release.changes) for release in released(taken, interval)) == len(taken)


def test_a_log_knows_its_oldest_message_by_number_and_by_age() -> None:
    times = iter([0.0, 10.0, 20.0, 30.0])
    now = [0.0]

    def clock() -> float:
        return next(times, now[0])

    topic = EventTopic("t", history=3, clock=clock)
    for number in range(4):
        topic.publish("A", number, number)
    now[0] = 31.0
    assert [topic.oldest(99, age) for age in (99.0, 15.0, 11.0, 1.0, 0.5)] == [2, 3, 3, 4, 5]
    assert [topic.oldest(count, 99.0) for count in (99, 2, 0)] == [2, 3, 5]


def test_a_part_of_a_log_ends_where_it_is_told() -> None:
    topic = EventTopic("t")
    for number in range(1, 6):
        topic.publish("A", number, number)
    assert [entry.seq for entry in topic.since(1, until=3).entries] == [2, 3]


@pytest.mark.parametrize("make", [StateTopic, EventTopic])
def test_no_number_of_selections_of_a_quiet_topic_fills_the_memory(make: Callable[[str], Topic]) -> None:
    topic = make("t")
    topic.publish("A", 1, 1)
    made = [topic.since(0, Keys([f"K{number}", "A"])) for number in range(SHARED + 10)]
    assert all(contents(batch) == [(1, "A", 1)] for batch in made)
    kept = [topic.since(0, Keys([f"K{number}", "A"])) is batch for number, batch in enumerate(made)]
    assert kept.count(True) <= SHARED
