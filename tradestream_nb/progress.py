"""A bar for what takes long; nothing at all for what does not."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sized
from itertools import islice
from time import monotonic
from typing import TypeVar

from tqdm.auto import tqdm

T = TypeVar("T")

DELAY = 0.5
"""Seconds before there is a bar."""
CHUNK = 256
"""Items between two looks at the clock before that."""


def followed(items: Iterable[T], name: str) -> Generator[T, None, None]:
    """Give the items on; once that has taken `DELAY` a bar shows how far it is, and goes at the end."""
    rest, done, began = iter(items), 0, monotonic()
    while monotonic() - began < DELAY:
        chunk = list(islice(rest, CHUNK))
        if not chunk:
            return
        yield from chunk
        done += len(chunk)
    total = len(items) if isinstance(items, Sized) else None
    with tqdm(rest, desc=name, initial=done, total=total, unit=" events", leave=False) as bar:
        yield from bar
