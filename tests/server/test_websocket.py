"""A request, then frames: however the bytes are cut, and as many as a client may send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State

from tests.server.hostile import frame, handshake
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.websocket import WebSocket

PING, PONG, CLOSE = frame(Opcode.PING), frame(Opcode.PONG), frame(Opcode.CLOSE, b"\x03\xe8")
BEGINNING, PART, END = frame(Opcode.TEXT, fin=False), frame(Opcode.CONT, fin=False), frame(Opcode.CONT)
WHOLE = frame(Opcode.TEXT, b"{}")
HELLO = handshake()
TALK = WHOLE + BEGINNING + PING + PART + END + PONG + WHOLE + CLOSE
SCANT = {"request_rate": 1e-9, "request_burst": 1, "request_frames": 1}
"""One frame beside messages, and no other."""


class Side:
    """The server's side of a connection, with a clock to set."""

    def __init__(self, **limits: Any) -> None:
        self.now = 100.0
        self.protocol = WebSocket(Limits(**limits), compress=False, clock=lambda: self.now)

    def receive(self, *data: bytes) -> list[Request | Frame]:
        """What has come, where every request is answered at once."""
        return [event for piece in data for portion in self.protocol.portions(piece) for event in self._take(portion)]

    @property
    def closing(self) -> int | None:
        """The code that the client has been closed with."""
        return None if self.protocol.close_sent is None else self.protocol.close_sent.code

    def _take(self, portion: bytes) -> Sequence[Request | Frame]:
        self.protocol.receive_data(portion)
        events: list[Request | Frame] = self.protocol.events_received()  # type: ignore[assignment]
        for event in events:
            if isinstance(event, Request):
                self.protocol.send_response(self.protocol.accept(event))
        return events


def opened(**limits: Any) -> Side:
    side = Side(**limits)
    side.receive(HELLO)
    assert side.protocol.state is State.OPEN
    return side


@given(st.lists(st.integers(0, len(HELLO + TALK)), max_size=5))
def test_frames_behind_a_request_come_after_its_answer_however_all_is_cut(cuts: list[int]) -> None:
    data, side, places = HELLO + TALK, Side(), sorted({0, *cuts})
    request, *frames = side.receive(*[data[start:end] for start, end in zip(places, [*places[1:], None], strict=True)])
    assert isinstance(request, Request)
    assert frames == opened().receive(TALK)
    first, *rest = side.protocol.data_to_send()
    assert first.startswith(b"HTTP/1.1 101 ")
    assert rest == [b"\x8a\x00", b"\x88\x02\x03\xe8", b""]


def test_nothing_behind_a_request_that_is_refused_is_read() -> None:
    side = Side()
    [request] = side.receive(HELLO.replace(b"Version: 13", b"Version: 12") + HELLO + TALK)
    assert isinstance(request, Request)
    answer, end = side.protocol.data_to_send()
    assert answer.startswith(b"HTTP/1.1 400 ") and answer.count(b"HTTP/1.1") == 1
    assert end == b""


@pytest.mark.parametrize(
    ("twelve", "more"),
    [(PING * 12, PING), (PONG * 12, PONG), (BEGINNING + PART * 11, PART)],
    ids=["pings", "pongs", "parts"],
)
def test_so_many_frames_beside_messages_may_come_at_once_and_so_many_each_second(twelve: bytes, more: bytes) -> None:
    side = opened(request_rate=2, request_burst=3, request_frames=4)
    side.receive(twelve)
    side.now += 1
    side.receive(more * 8)
    assert side.closing is None
    side.receive(more)
    assert side.closing == 4429


def test_what_comes_behind_one_frame_too_many_is_not_read() -> None:
    side = opened(**SCANT)
    assert len(side.receive(PING * 2 + WHOLE + CLOSE, WHOLE)) == 1
    assert side.protocol.data_to_send()[1:] == [b"\x8a\x00", b"\x88\x11\x11\x4dtoo many frames", b""]


def test_one_that_is_closed_is_not_answered_without_end() -> None:
    side = opened(**SCANT)
    side.protocol.send_close(1012)
    side.receive(PING * 1_000)
    assert side.protocol.data_to_send()[1:] == [b"\x88\x02\x03\xf4", b"\x8a\x00", b""]


def test_whole_messages_and_the_goodbye_are_none_of_them() -> None:
    side = opened(**SCANT)
    assert len(side.receive(WHOLE * 1_000 + PING + WHOLE + CLOSE)) == 1_003
    assert side.closing == 1000


def test_an_answer_to_a_ping_of_ours_is_none_of_them() -> None:
    side = opened(**SCANT)
    for _ in range(1_000):
        side.protocol.send_ping(b"")
        side.receive(PONG)
    assert side.closing is None
    side.receive(PONG, PONG)
    assert side.closing == 4429


def test_the_longest_messages_may_come_in_small_parts_as_fast_as_any_other() -> None:
    size, limits = 1024, Limits()
    parts = [frame(Opcode.TEXT if at == 0 else Opcode.CONT, b"x" * size, fin=at == 31) for at in range(32)]
    side = opened()
    assert len(side.receive(b"".join(parts) * limits.request_burst)) == 32 * limits.request_burst
    assert (32 * size, side.closing) == (limits.message_size, None)
