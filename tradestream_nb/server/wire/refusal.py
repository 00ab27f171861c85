"""Why a request is not granted."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

Code = Literal[
    "bad_json",
    "bad_request",
    "unknown_type",
    "unknown_channel",
    "not_authenticated",
    "auth_failed",
    "forbidden",
    "limit_exceeded",
    "rate_limited",
]


class Refusal(Exception):
    """Raised when a request cannot be granted; nothing has changed then."""

    def __init__(self, code: Code, text: str, *, wait: float | None = None, id: int | str | UnsetType = UNSET) -> None:
        """`wait` is the seconds after which it may be granted; None when it will not be."""
        self.code: Code = code
        self.text, self.wait, self.id = text, wait, id
        super().__init__(text)
