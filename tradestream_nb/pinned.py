"""A notebook's function as it is now, whatever later cells bind to the names that it uses."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable
from functools import update_wrapper
from types import CellType, CodeType, FunctionType
from typing import Any

Bindings = dict[str, Any]
"""Global names, and what they are bound to."""


def pinned(function: Callable[..., Any]) -> Callable[..., Any]:
    """A copy that keeps the helpers and constants it finds now; the function itself where no notebook has it.

    What is bound is kept, not copied: a list that is changed in place is changed for both, and so are the names that
    the methods of a class look up.
    """
    if not of_notebook(function):
        return function
    copies = _Copies(function.__globals__)
    copies.scope.update((name, copies.of(value)) for name, value in uses(function).items())
    return copies.of(function)  # type: ignore[no-any-return]


def of_notebook(function: Callable[..., Any]) -> bool:
    """Whether a notebook's cell defines a function: only there may a later cell bind other things to its names."""
    return "get_ipython" in function.__globals__


def uses(function: Callable[..., Any]) -> Bindings:
    """What a function finds by global names, and what the functions of its own notebook or file find that it uses."""
    found: Bindings = {}
    seen: set[int] = set()
    waiting = [function]
    while waiting:
        reader = waiting.pop()
        if id(reader) not in seen:
            seen.add(id(reader))
            scope = reader.__globals__
            read = {name: scope[name] for name in names_read(reader.__code__) if name in scope}
            found |= read
            waiting += (own for value in (*enclosed(reader), *read.values()) for own in own_functions(value, scope))
    return found


def own_functions(value: Any, scope: Bindings) -> list[Any]:
    """The functions of the same notebook or file that a value stands for: itself, one it wraps, a class's methods."""
    inner = [value]
    if isinstance(value, type):
        inner = list(vars(value).values())
    elif not isinstance(value, FunctionType) and hasattr(value, "__wrapped__"):
        inner = [inspect.unwrap(value)]
    return [each for each in inner if isinstance(each, FunctionType) and each.__globals__ is scope]


def enclosed(function: Callable[..., Any]) -> list[Any]:
    """What a function found in the functions around it."""
    return [_content(cell) for cell in function.__closure__ or ()]


def names_read(code: CodeType) -> set[str]:
    """The global names that code reads, also in the functions and comprehensions inside it."""
    names = {step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return names.union(*(names_read(inner) for inner in code.co_consts if isinstance(inner, CodeType)))


class _Copies:
    """Copies of a notebook's functions that find global names in a scope of their own."""

    def __init__(self, notebook: Bindings) -> None:
        self.scope: Bindings = {name: notebook.get(name) for name in ("__name__", "__builtins__")}
        self._notebook = notebook
        self._made: dict[int, Any] = {}

    def of(self, value: Any) -> Any:
        """The one copy of a function of the notebook; anything else as it is."""
        if not self._moves(value):
            return value
        if id(value) not in self._made:
            self._copy(value)
        return self._made[id(value)]

    def _copy(self, function: FunctionType) -> None:
        """Known before the functions in its closure are copied, for it may be one of them."""
        around = function.__closure__ or ()
        closure = tuple(CellType() if self._moves(_content(cell)) else cell for cell in around)
        copy = FunctionType(function.__code__, self.scope, function.__name__, function.__defaults__, closure)
        copy.__kwdefaults__ = function.__kwdefaults__
        self._made[id(function)] = update_wrapper(copy, function)
        for cell, before in zip(closure, around, strict=True):
            if cell is not before:
                cell.cell_contents = self.of(before.cell_contents)

    def _moves(self, value: Any) -> bool:
        return isinstance(value, FunctionType) and value.__globals__ is self._notebook


def _content(cell: CellType) -> Any:
    """What is in a closure's cell; one that is not filled yet holds nothing."""
    try:
        return cell.cell_contents
    except ValueError:
        return None
