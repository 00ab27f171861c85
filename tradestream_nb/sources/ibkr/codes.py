"""The broker's numbered messages, told as what they mean for someone who trades."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from tradestream_nb.messages import StreamState

Kind = Literal[
    "lost", "back", "back_empty", "farm_down", "farm_up", "competing", "no_data", "delayed", "history", "pacing",
    "unknown", "refused", "lines", "too_fast", "taken", "order", "other",
]  # fmt: skip
"""What happened, as far as the source has to tell one case from another."""

GOOD: tuple[Kind, ...] = ("back", "back_empty", "farm_up")
"""Kinds that end a trouble and are none."""


class Notice(msgspec.Struct, frozen=True):
    """One message of the broker's, in words."""

    kind: Kind
    subject: str
    """What it is about: a symbol, a data farm, or nothing in particular."""
    state: StreamState
    """How what it is about is doing: `ok` where there is only something to know."""
    text: str


class Meaning(msgspec.Struct, frozen=True):
    """What a code means; `{name}` and `{text}` are filled in."""

    kind: Kind
    state: StreamState
    text: str


DOWN = Meaning("farm_down", "stale", "The data farm {name} is cut off; what it delivers is old until it is back.")
UP = Meaning("farm_up", "ok", "The data farm {name} is connected.")
NO_DATA = Meaning(
    "no_data", "failing", "The account has no market data for {name}; subscribe to it, or use data=delayed."
)
DELAYED = Meaning("delayed", "ok", "Prices of {name} are delayed, as the account has no live subscription for it.")
GONE = Meaning("lost", "stale", "TWS has lost its connection to IBKR; what is shown is old until it is back.")

MEANINGS = {
    100: Meaning("too_fast", "failing", "More than 50 messages a second went to TWS; it may close the connection."),
    101: Meaning("lines", "failing", "All market-data lines of the account are in use; {name} gets none."),
    200: Meaning("unknown", "failing", "IBKR knows no contract {name}, or more than one that it could be."),
    201: Meaning("order", "failing", "The order for {name} was rejected: {text}"),
    321: Meaning("refused", "failing", "TWS found a mistake in what was asked about {name}: {text}"),
    326: Meaning("taken", "failing", "The client_id is in use by another program; choose another client_id."),
    354: NO_DATA,
    10168: NO_DATA,
    10186: NO_DATA,
    10089: DELAYED,
    10090: DELAYED,
    10167: DELAYED,
    10197: Meaning(
        "competing", "failing", "The same user is logged in elsewhere and gets the market data; log out there."
    ),
    1100: GONE,
    2110: GONE,
    1101: Meaning("back_empty", "ok", "TWS is connected to IBKR again; all data have been asked for again."),
    1102: Meaning("back", "ok", "TWS is connected to IBKR again, with all data kept."),
    2103: DOWN,
    2105: DOWN,
    2157: DOWN,
    2104: UP,
    2106: UP,
    2158: UP,
}
"""Codes that mean something for a stream; every other one is passed on as it is."""

NO_BARS = Meaning("history", "failing", "IBKR gave no past bars of {name}: {text}")
PAST_BARS = {
    "pacing": Meaning(
        "pacing", "failing", "Past bars were asked for too often; {name} gets none for up to 10 minutes."
    ),
    "no data": Meaning("history", "ok", "IBKR has no past bars of {name} for that time."),
    "permission": Meaning("history", "failing", "The account may not see past bars of {name}; subscribe to its data."),
}
"""Code 162 means all of these; which one is only in its text."""
CANCELLED = re.compile(r"cancell?ed", re.IGNORECASE)
PREFIX = re.compile(r"^Historical Market Data Service error message:\s*", re.IGNORECASE)


def notice_of(code: int, text: str, name: str = "") -> Notice | None:
    """What a message about `name` means; None for one that says nothing about how a stream is doing."""
    text = " ".join(PREFIX.sub("", text).split())
    meaning = _past_bars(text) if code == 162 else MEANINGS.get(code)
    if meaning is None:
        return None
    subject = _farm(text) if meaning.kind in ("farm_down", "farm_up") else name
    told = meaning.text.format(name=subject or "this request", text=text)
    return Notice(meaning.kind, subject, meaning.state, told)


def _past_bars(text: str) -> Meaning | None:
    """One of the meanings of code 162; its text may be in the user's own language, and then it is shown."""
    if CANCELLED.search(text):
        return None
    return next((meaning for word, meaning in PAST_BARS.items() if word in text.lower()), NO_BARS)


def _farm(text: str) -> str:
    """The farm's name, which follows the last colon."""
    return text.rpartition(":")[2].strip()
