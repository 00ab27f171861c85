"""For how long a client that does not keep up may stay."""

from __future__ import annotations

from collections.abc import Sequence

from tradestream_nb.server.limits import Limits
from tradestream_nb.topics import Entry


def too_slow(limits: Limits, *, waiting: Sequence[Entry], buffered: int, seconds: float) -> str | None:
    """Why a client has to go that has been blocked for so many `seconds`; None as long as it may stay.

    `waiting` are the messages of logs that it has not been sent, `buffered` the bytes sent that it has not taken.
    """
    # Waiting costs no memory, for the log is there anyway; a message counts with its bytes once it was encoded.
    size = sum(max(map(len, entry.encoded.values()), default=0) for entry in waiting)
    if len(waiting) > limits.waiting_messages or size > limits.waiting_bytes:
        return f"{len(waiting)} messages wait for it"
    if seconds > limits.grace or buffered > limits.hard_buffer:
        return "it does not read"
    return None
