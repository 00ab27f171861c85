"""Messages on the socket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.sim.tws.framing import LONGEST, FrameReader, Hello, NotSpoken, frame

HELLO = b"API\0" + frame(b"v157..178")


def read(*pieces: bytes) -> list[bytes]:
    reader = FrameReader()
    messages = []
    for piece in pieces:
        reader.feed(piece)
        while (message := reader.message()) is not None:
            messages.append(message)
    return messages


@given(st.lists(st.binary(max_size=40), max_size=8), st.integers(1, 30))
def test_messages_arrive_whole_however_they_are_cut(messages: list[bytes], size: int) -> None:
    wire = b"".join(map(frame, messages))
    assert read(*(wire[start : start + size] for start in range(0, len(wire), size))) == messages


@pytest.mark.parametrize(
    ("body", "hello"),
    [(b"v157..178", Hello(157, 178)), (b"v157..176 +PACEAPI", Hello(157, 176)), (b"v170", Hello(170, 170))],
)
def test_a_client_says_which_versions_it_speaks(body: bytes, hello: Hello) -> None:
    reader = FrameReader()
    reader.feed(b"API\0" + frame(body))
    assert reader.hello() == hello


def test_a_greeting_that_comes_byte_by_byte_is_understood_at_its_end() -> None:
    reader = FrameReader()
    heard = []
    for byte in HELLO:
        reader.feed(bytes([byte]))
        heard.append(reader.hello())
    assert heard == [None] * (len(HELLO) - 1) + [Hello(157, 178)]


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n", b"AX", b"API\0" + frame(b"hello"), b"API\0\xff\xff\xff\xff"])
def test_anything_else_is_not_spoken(data: bytes) -> None:
    reader = FrameReader()
    reader.feed(data)
    with pytest.raises(NotSpoken):
        reader.hello()


def test_a_message_without_end_is_refused() -> None:
    reader = FrameReader()
    reader.feed((LONGEST + 1).to_bytes(4, "big"))
    with pytest.raises(NotSpoken):
        reader.message()
