"""Messages in frames, plain and deflated, read by the library that clients use."""

from __future__ import annotations

import asyncio
import zlib

import pytest
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from tradestream_nb.server.framing import SMALL, DeflatedFraming, Framing


def read(data: bytes, extensions: list[PerMessageDeflate] | None = None) -> Frame:
    """The one frame in `data`."""
    stream = StreamReader()
    stream.feed_data(data)
    parsing = Frame.parse(stream.read_exact, mask=False, extensions=extensions)
    try:
        next(parsing)
    except StopIteration as done:
        assert not stream.buffer
        return done.value  # type: ignore[no-any-return]
    raise AssertionError("the frame is not whole")


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
@pytest.mark.parametrize("text", [True, False])
async def test_a_frame_holds_its_message_whatever_its_size(size: int, text: bool) -> None:
    frame = read(Framing(text=text)[b"x" * size])
    assert (frame.data, frame.fin, frame.rsv1) == (b"x" * size, True, False)
    assert frame.opcode is (Opcode.TEXT if text else Opcode.BINARY)


@pytest.mark.parametrize("bits", range(9, 16))
async def test_a_deflated_frame_is_inflated_by_any_client_in_any_order(bits: int) -> None:
    framing = DeflatedFraming(text=True, window_bits=bits)
    messages = [f'{{"price":{n}.25,"symbol":"SYM{n}"}}'.encode() * 40 for n in range(5)]
    client = PerMessageDeflate(True, True, bits, 15)
    for message in (messages[0], messages[3], messages[1], messages[3]):
        assert len(framing[message]) < len(message) / 3
        assert read(framing[message], [client]).data == message


async def test_a_small_message_is_not_deflated() -> None:
    framing = DeflatedFraming(text=True, window_bits=12)
    assert framing[b"x" * (SMALL - 1)] == Framing(text=True)[b"x" * (SMALL - 1)]
    assert zlib.crc32(framing[b"x" * SMALL]) != zlib.crc32(Framing(text=True)[b"x" * SMALL])


async def test_a_message_is_framed_once_in_a_turn_and_forgotten_after_it() -> None:
    framing = Framing(text=True)
    message = b"x" * 1000
    assert framing[message] is framing[message]
    await asyncio.sleep(0)
    assert not framing


async def test_a_piece_is_its_messages_frames_one_after_the_other() -> None:
    messages = [b"x" * 10, b"y" * 1000]
    for framing in (Framing(text=True), DeflatedFraming(text=True, window_bits=12)):
        assert framing.piece(messages) == framing[messages[0]] + framing[messages[1]]
        assert framing.piece(messages[:1]) == framing[messages[0]]


async def test_what_stands_in_many_pieces_is_deflated_once() -> None:
    deflated: list[bytes] = []

    class Counting(DeflatedFraming):
        def build(self, message: bytes) -> bytes:
            deflated.append(message)
            return super().build(message)

    framing, portfolio = Counting(text=True, window_bits=12), b"p" * 1000
    for symbol in (b"a", b"b", b"c"):
        framing.piece([symbol * 500, portfolio])
    assert deflated.count(portfolio) == 1 and len(deflated) == 4
