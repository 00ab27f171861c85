"""Tells versions of a function apart: by its own source and by what it uses of the same file or notebook."""

from __future__ import annotations

import dis
import hashlib
import inspect
import marshal
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import CodeType, FunctionType
from typing import Any

import msgspec


def fingerprint(function: Callable[..., Any]) -> str:
    """Twelve hex digits that change with the function's source, with its defaults and with what it closes over.

    They also change with the functions that it calls by their global name, and theirs in turn, where those stand in
    the same file or notebook, and with the file's constants that they read. A notebook's own constants are left out,
    for there they are data rather than logic.
    """
    digest = hashlib.sha256()
    for part in _parts(function, set()):
        digest.update(part + b"\0")
    return digest.hexdigest()[:12]


def _parts(function: Any, seen: set[int]) -> Iterator[bytes]:
    seen.add(id(function))
    scope: dict[str, Any] = function.__globals__
    notebook = scope.get("__name__") == "__main__"
    yield _source(function)
    yield from _plain(function.__defaults__)
    yield from _plain(function.__kwdefaults__)
    for value in (*_enclosed(function), *map(scope.get, sorted(_globals_read(function.__code__)))):
        if isinstance(value, FunctionType) and value.__globals__ is scope:
            if id(value) not in seen:
                yield from _parts(value, seen)
        elif not notebook:
            yield from _plain(value)


def _plain(value: Any) -> Iterator[bytes]:
    """A value by its encoding, where it is plain data: anything else may look different each time it is made."""
    with suppress(TypeError):
        yield msgspec.msgpack.encode(value)


def _enclosed(function: Any) -> Iterator[Any]:
    """What a function found in the functions around it; a cell that is not filled yet holds nothing."""
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:
            continue


def _globals_read(code: CodeType) -> set[str]:
    """The global names that a function reads, also from the functions and comprehensions inside it."""
    names = {step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return names.union(*(_globals_read(inner) for inner in code.co_consts if isinstance(inner, CodeType)))


def _source(function: Callable[..., Any]) -> bytes:
    """The source; the byte code where there is no source to read."""
    try:
        return inspect.getsource(function).encode()
    except (OSError, TypeError):
        return marshal.dumps(function.__code__)
