"""Tells versions of a function apart: by its own source and by what it uses of the same file or notebook."""

from __future__ import annotations

import hashlib
import inspect
import marshal
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import msgspec

from tradestream_nb.pinned import enclosed, names_read, own_functions


def fingerprint(function: Callable[..., Any]) -> str:
    """Twelve hex digits that change with the function's source, with its defaults and with what it closes over.

    They also change with the functions and the methods that it uses by a global name, and theirs in turn, where those
    stand in the same file or notebook, and with the constants that all of them read.
    """
    digest = hashlib.sha256()
    for part in _parts(function, set()):
        digest.update(part + b"\0")
    return digest.hexdigest()[:12]


def _parts(function: Any, seen: set[int]) -> Iterator[bytes]:
    seen.add(id(function))
    scope: dict[str, Any] = function.__globals__
    yield _source(function)
    yield from _plain(function.__defaults__)
    yield from _plain(function.__kwdefaults__)
    for value in (*enclosed(function), *map(scope.get, sorted(names_read(function.__code__)))):
        for fact in _facts(value, scope):
            yield from _plain(fact)
        for inner in own_functions(value, scope):
            if id(inner) not in seen:
                yield from _parts(inner, seen)


def _facts(value: Any, scope: dict[str, Any]) -> list[Any]:
    """The value itself; what a class of the same file or notebook holds."""
    if not isinstance(value, type) or value.__module__ != scope.get("__name__"):
        return [value]
    return [fact for name, fact in vars(value).items() if not name.startswith("__")]


def _plain(value: Any) -> Iterator[bytes]:
    """A value by its encoding, where it is plain data: anything else may look different each time it is made."""
    with suppress(Exception):
        yield msgspec.msgpack.encode(value)


def _source(function: Callable[..., Any]) -> bytes:
    """The source; the byte code where there is no source to read."""
    try:
        return inspect.getsource(function).encode()
    except (OSError, TypeError):
        return marshal.dumps(function.__code__)
