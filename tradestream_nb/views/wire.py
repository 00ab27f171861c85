"""What a view in the browser says to its widget."""

from __future__ import annotations

from typing import Any

import msgspec


class _FromView(msgspec.Struct, frozen=True, tag_field="kind", tag=str.lower):
    """What all of them carry: `vid` names one display of the widget."""

    vid: str


class Hello(_FromView, frozen=True):
    """A view has opened, or has lost the thread, and wants everything; `v` says whether it can be seen."""

    v: bool


class Ack(_FromView, frozen=True):
    """A view has painted frame `seq`."""

    seq: int


class Vis(_FromView, frozen=True):
    """A view came into sight or went out of it."""

    v: bool


class Pick(_FromView, frozen=True):
    """Somebody has chosen a symbol."""

    symbol: str


class Bye(_FromView, frozen=True):
    """A view has closed; often it cannot say so any more."""


FromView = Hello | Ack | Vis | Pick | Bye


def read(content: Any) -> FromView | None:
    """The message in `content`, or None when it is none of ours."""
    try:
        message: FromView = msgspec.convert(content, FromView)
    except msgspec.ValidationError:
        return None
    return message
