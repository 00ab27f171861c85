"""Flow control between a widget and its views."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.views.flow import LOST_AFTER, PROBE_EVERY, STALE_AFTER, WINDOW, Flow

PER_SECOND = 4
TICK = 1 / PER_SECOND


def offered(flow: Flow, start: float, seconds: float) -> int:
    """How many frames leave when there is news at every tick."""
    sent = 0
    for tick in range(round(seconds * PER_SECOND)):
        now = start + tick * TICK
        if flow.may_send(now):
            flow.sent(now)
            sent += 1
    return sent


def test_nothing_is_sent_before_a_hello() -> None:
    assert offered(Flow(), 0.0, 60.0) == 0


def test_a_view_that_confirms_every_second_gets_every_frame() -> None:
    flow = Flow()
    flow.hello("a", True, 0.0)
    for second in range(30):
        assert offered(flow, float(second), 1.0) == PER_SECOND
        flow.ack("a", flow.seq, second + 1.0)


def test_a_view_that_does_not_answer_gets_a_window_and_then_one_frame_a_second() -> None:
    flow = Flow()
    flow.hello("a", True, 0.0)
    assert offered(flow, 0.0, WINDOW * TICK) == WINDOW
    assert offered(flow, WINDOW * TICK, 10.0) == 10


def test_a_silent_view_is_given_up_in_the_end() -> None:
    flow = Flow()
    flow.hello("a", True, 0.0)
    offered(flow, 0.0, LOST_AFTER)
    assert offered(flow, LOST_AFTER + TICK, 600.0) == 0


def test_a_late_confirmation_revives_a_view_that_was_given_up() -> None:
    flow = Flow()
    flow.hello("a", True, 0.0)
    offered(flow, 0.0, LOST_AFTER)
    late = 2 * LOST_AFTER
    assert not flow.may_send(late)
    flow.ack("a", flow.seq, late)
    assert offered(flow, late, 1.0) == PER_SECOND


def test_a_quiet_market_makes_no_view_stale() -> None:
    flow = Flow(window=1)
    flow.hello("a", True, 0.0)
    flow.hello("b", True, 0.0)
    flow.ack("a", flow.sent(0.0), 0.5)
    flow.ack("b", flow.seq, 0.5)
    flow.sent(1_000.0)
    assert not flow.may_send(1_000.0 + TICK), "both must be waited for"


def test_a_stale_view_does_not_slow_the_others() -> None:
    flow = Flow()
    flow.hello("gone", True, 0.0)
    offered(flow, 0.0, STALE_AFTER)
    flow.hello("new", True, STALE_AFTER)
    for second in range(10):
        start = STALE_AFTER + second
        assert offered(flow, start, 1.0) == PER_SECOND
        flow.ack("new", flow.seq, start + 1.0)


def test_a_slow_view_holds_back_until_it_is_stale() -> None:
    flow = Flow()
    flow.hello("slow", True, 0.0)
    flow.hello("fast", True, 0.0)
    offered(flow, 0.0, WINDOW * TICK)
    flow.ack("fast", flow.seq, 2.5)
    assert not flow.may_send(2.5)
    assert flow.may_send(STALE_AFTER)


def test_a_hidden_view_gets_nothing() -> None:
    flow = Flow()
    flow.hello("a", True, 0.0)
    flow.show("a", False, 0.0)
    assert offered(flow, 0.0, 60.0) == 0


def test_a_confirmation_that_comes_after_hiding_does_not_show_the_view_again() -> None:
    flow = Flow()
    flow.hello("a", True, 0.0)
    flow.sent(0.0)
    flow.show("a", False, 0.1)
    flow.ack("a", 1, 0.2)
    assert not flow.may_send(0.3)


def test_a_view_that_is_shown_again_owes_nothing() -> None:
    flow = Flow()
    flow.hello("a", True, 0.0)
    offered(flow, 0.0, 3.0)
    flow.show("a", False, 3.0)
    flow.show("a", True, 500.0)
    assert offered(flow, 500.0, 1.0) == PER_SECOND


def test_a_view_that_said_bye_is_forgotten() -> None:
    flow = Flow()
    flow.hello("a", True, 0.0)
    flow.bye("a")
    flow.bye("a")
    assert not flow.may_send(0.0)


def test_views_that_never_said_hello_are_nobody() -> None:
    flow = Flow()
    flow.ack("ghost", 1, 0.0)
    flow.show("ghost", True, 0.0)
    assert not flow.may_send(0.0)


def test_a_confirmation_of_a_frame_from_the_future_counts_as_the_newest() -> None:
    flow = Flow(window=2)
    flow.hello("a", True, 0.0)
    flow.sent(0.0)
    flow.ack("a", 1_000, 0.1)
    flow.sent(0.2)
    flow.sent(0.4)
    assert not flow.may_send(0.5)


Step = tuple[str, str, int, float]
steps = st.lists(
    st.tuples(
        st.sampled_from(["hello", "ack", "show", "hide", "bye", "send"]),
        st.sampled_from("ab"),
        st.integers(0, 50),
        st.floats(0.0, 5.0),
    ),
    max_size=60,
)


@given(steps)
def test_only_a_visible_view_is_sent_to_and_unconfirmed_frames_are_bounded(history: list[Step]) -> None:
    flow, now, visible = Flow(), 0.0, dict[str, bool]()
    heard, since = 0.0, 0
    for action, vid, seq, pause in history:
        now += pause
        if action == "send":
            if flow.may_send(now):
                assert any(visible.values())
                flow.sent(now)
                since += 1
                assert since <= WINDOW + (now - heard) / PROBE_EVERY + 1
            continue
        heard, since = now, 0
        match action:
            case "hello":
                flow.hello(vid, True, now)
                visible[vid] = True
            case "ack":
                flow.ack(vid, seq, now)
            case "show" | "hide":
                flow.show(vid, action == "show", now)
                visible |= {vid: action == "show"} if vid in visible else {}
            case _:
                flow.bye(vid)
                visible.pop(vid, None)
