"""A live view over comms that only record."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tradestream_nb.views.base import LiveView


class Board(LiveView):
    """Shows a number."""

    _esm_file = "board.js"
    _css_file = "board.css"

    def frame(self, state: int, *, full: bool) -> tuple[dict[str, Any], list[bytes]]:
        return {"number": state}, []

    def html(self) -> str:
        return "<b>a number</b>"


@pytest.fixture
def board() -> Board:
    return Board()


def say(view: LiveView, kind: str, **content: Any) -> None:
    """What the browser's side does when it calls `model.send`."""
    view._handle_custom_msg({"kind": kind, "vid": "a", **content}, [])


def frames(view: LiveView) -> list[dict[str, Any]]:
    return [content for content, _ in view.comm.frames]


def test_nothing_is_sent_until_a_view_says_hello(board: Board) -> None:
    board.offer(1)
    assert not board.pump(0.0)
    say(board, "hello", v=True)
    assert board.pump(0.2)
    assert frames(board) == [{"kind": "frame", "seq": 1, "full": True, "number": 1}]


def test_a_frame_shows_the_newest_state_and_the_others_never_wait(board: Board) -> None:
    say(board, "hello", v=True)
    for number in range(1000):
        board.offer(number)
    board.pump(0.0)
    board.pump(0.2)
    assert [frame["number"] for frame in frames(board)] == [999]


def test_only_the_first_frame_after_a_hello_is_full(board: Board) -> None:
    say(board, "hello", v=True)
    for number in range(3):
        board.offer(number)
        board.pump(number * 0.2)
    assert [frame["full"] for frame in frames(board)] == [True, False, False]


def test_a_second_hello_is_answered_without_news(board: Board) -> None:
    say(board, "hello", v=True)
    board.offer(1)
    board.pump(0.0)
    say(board, "hello", v=True)
    assert board.pump(0.2)
    assert frames(board)[-1] == {"kind": "frame", "seq": 2, "full": True, "number": 1}


def test_a_view_that_comes_back_into_sight_is_brought_up_to_date(board: Board) -> None:
    say(board, "hello", v=False)
    board.offer(1)
    assert not board.pump(0.0)
    say(board, "vis", v=True)
    assert board.pump(0.2)
    say(board, "vis", v=False)
    say(board, "vis", v=True)
    assert board.pump(0.4)


def test_a_browser_that_does_not_answer_is_not_flooded(board: Board) -> None:
    say(board, "hello", v=True)
    for tick in range(50):
        board.offer(tick)
        board.pump(tick * 0.2)
    assert len(frames(board)) < 20
    say(board, "ack", seq=len(frames(board)))
    board.offer(-1)
    assert board.pump(10.2)


def test_the_callback_only_leaves_a_note(board: Board) -> None:
    board.offer(1)
    caller = threading.Thread(target=say, args=(board, "hello"), kwargs={"v": True})
    caller.start()
    caller.join()
    assert frames(board) == []
    assert board.pump(0.0)


def test_a_browser_may_talk_nonsense(board: Board) -> None:
    board.offer(1)
    board._handle_custom_msg("nonsense", [])
    say(board, "ack", seq="many")
    say(board, "bye")
    assert not board.pump(0.0)


def test_a_closed_view_stays_silent(board: Board) -> None:
    say(board, "hello", v=True)
    board.offer(1)
    board.close()
    board.close()
    assert not board.pump(0.0)


def test_the_code_is_text_so_that_the_view_can_be_freed(board: Board) -> None:
    assert board._esm == "/* board.js */"
    assert board._css == "/* board.css */"


def test_a_saved_notebook_shows_html_and_a_text_that_never_changes(board: Board) -> None:
    bundle = board._repr_mimebundle_()
    assert bundle is not None
    data, _ = bundle
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == board.model_id
    assert data["text/html"] == "<b>a number</b>"
    assert data["text/plain"] == "<Board>"
