"""Messages out of the frames that they come in."""

from __future__ import annotations

from collections import deque

from websockets.frames import Frame, Opcode


class Inbox:
    """Keeps the frames of a WebSocket until somebody asks for the messages that they make."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque()
        self._parts = bytearray()
        """The beginning of a message that comes in several frames."""
        self._text = False

    def put(self, frame: Frame) -> None:
        """Keep a frame of a message."""
        self._frames.append(frame)

    def take(self) -> str | bytes | None:
        """The next message, None when none is whole yet; raises UnicodeDecodeError for a text that is not UTF-8."""
        while self._frames:
            frame = self._frames.popleft()
            if frame.opcode is not Opcode.CONT:
                self._text, self._parts = frame.opcode is Opcode.TEXT, bytearray()
            self._parts += frame.data
            if frame.fin:
                message, self._parts = bytes(self._parts), bytearray()
                return message.decode() if self._text else message
        return None

    def clear(self) -> None:
        """Forget what was not asked for."""
        self._frames.clear()
