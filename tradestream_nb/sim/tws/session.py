"""One API client after its start: what it is called, what it speaks, and the way to tell it something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from tradestream_nb.sim.tws.codes import Reply
from tradestream_nb.sim.tws.fields import Field, render
from tradestream_nb.sim.tws.framing import frame

Ending = Literal["close", "reset"]
"""How a socket ends: after all that was said has been sent, or at once and without it."""


class Session:
    """Renders messages for one client's version and hands them to its socket."""

    def __init__(
        self, client_id: int, version: int, *, put: Callable[[bytes], None], end: Callable[[Ending], None]
    ) -> None:
        self.client_id, self.version = client_id, version
        self._put, self._end = put, end
        self._held: list[bytes] | None = None

    def send(self, *fields: Field) -> None:
        """Send one message."""
        self._put(frame(render(*fields)))

    def deliver(self, *fields: Field) -> None:
        """Send one message that comes from IB's servers: kept back, in order, while they are out of reach."""
        if self._held is None:
            self.send(*fields)
        else:
            self._held.append(frame(render(*fields)))

    def error(self, request_id: int, code: int, text: str, *, reject: str = "") -> None:
        """Tell of a problem with a request or an order; a `request_id` of -1 is about the connection itself."""
        advanced = (reject,) if self.version >= 166 else ()
        self.send(Reply.ERROR, 2, request_id, int(code), text, *advanced)

    def hold(self) -> None:
        """Keep back what is delivered from now on."""
        self._held = self._held or []

    def release(self) -> None:
        """Send what was kept back."""
        held, self._held = self._held or [], None
        for message in held:
            self._put(message)

    def end(self, ending: Ending) -> None:
        """End the client's connection."""
        self._end(ending)
