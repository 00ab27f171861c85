"""Frames in, messages out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from tradestream_nb.server.inbox import Inbox


def frames(*parts: bytes, kind: Opcode = Opcode.TEXT) -> list[Frame]:
    """One message in as many frames as it has parts."""
    last = len(parts) - 1
    return [Frame(Opcode.CONT if place else kind, part, fin=place == last) for place, part in enumerate(parts)]


def filled(*kept: Frame) -> Inbox:
    inbox = Inbox()
    for frame in kept:
        inbox.put(frame)
    return inbox


@given(st.lists(st.text(), max_size=5), st.integers(1, 4))
def test_messages_come_out_whole_and_in_order_however_they_were_cut(messages: list[str], size: int) -> None:
    cut = [[text[at : at + size].encode() for at in range(0, len(text), size)] or [b""] for text in messages]
    inbox = filled(*[frame for parts in cut for frame in frames(*parts)])
    assert [inbox.take() for _ in messages] == messages
    assert inbox.take() is None


def test_text_and_bytes_are_told_apart() -> None:
    inbox = filled(*frames(b"a", b"b", kind=Opcode.BINARY), *frames(b"a", b"b"))
    assert (inbox.take(), inbox.take()) == (b"ab", "ab")


def test_a_character_may_be_cut_in_two() -> None:
    assert filled(*frames("é".encode()[:1], "é".encode()[1:])).take() == "é"


def test_a_message_waits_for_its_last_frame() -> None:
    first, last = frames(b"a", b"b")
    inbox = filled(first)
    assert inbox.take() is None
    inbox.put(last)
    assert inbox.take() == "ab"


def test_a_text_that_is_not_utf_8_is_refused_and_what_comes_behind_it_can_be_forgotten() -> None:
    inbox = filled(*frames(b"\xff"), *frames(b"next"))
    with pytest.raises(UnicodeDecodeError):
        inbox.take()
    inbox.clear()
    assert inbox.take() is None
