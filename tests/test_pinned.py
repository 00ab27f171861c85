"""Functions that keep what they were defined with."""

from __future__ import annotations

from typing import Any

from tradestream_nb.pinned import pinned, uses

CODE = """
from functools import cache
from math import sqrt

STEP = 2
kept = []

def mine(value, *, scale=3):
    "Doubled, more or less."
    return scale * sum(helper(each) for each in [value]) + absent() if value < 0 else scale * helper(value)

def helper(value):
    return 1 if value <= 0 else STEP * mine(value - 1) + sqrt(4.0) + stored(len(kept))

@cache
def stored(value):
    return value + hidden()

def hidden():
    return 0

def unused():
    return OTHER
"""


def notebook(code: str = CODE, **names: Any) -> dict[str, Any]:
    scope: dict[str, Any] = {"__name__": "__main__", "get_ipython": None, **names}
    exec(code, scope)
    return scope


def test_later_bindings_do_not_reach_it() -> None:
    names = notebook()
    before = names["mine"](2)
    copy = pinned(names["mine"])
    names.update(STEP=100, helper=None, mine=None, sqrt=None, stored=None)
    assert copy(2) == before and copy(2, scale=0) == 0


def test_it_is_the_same_to_look_at() -> None:
    function = notebook()["mine"]
    vars(function)["mark"] = "here"
    copy = pinned(function)
    assert (copy.__name__, copy.__doc__, vars(copy)["mark"]) == ("mine", "Doubled, more or less.", "here")
    assert copy is not function


def test_once_pinned_it_stays_as_it_is() -> None:
    copy = pinned(notebook()["mine"])
    assert pinned(copy) is copy


def test_only_a_notebook_binds_its_names_again() -> None:
    assert pinned(notebook) is notebook


def test_functions_in_a_closure_are_pinned_too_and_what_they_share_is_shared() -> None:
    code = """
STEP = 1

def made():
    total = 0
    def inner(value):
        nonlocal total
        total += STEP
        return outer(value - 1) if value else total
    def outer(value):
        return inner(value)
    return outer, lambda: total
"""
    names = notebook(code)
    outer, total = names["made"]()
    copy = pinned(outer)
    names["STEP"] = 1_000
    assert copy(2) == 3 == total()


def test_a_closure_may_miss_something_still() -> None:
    names = notebook("def made():\n    def f(): return later\n    yield f\n    later = 1\n    yield f")
    steps = names["made"]()
    copy = pinned(next(steps))
    next(steps)
    assert copy() == 1


def test_it_uses_what_it_reads_and_what_is_read_for_it() -> None:
    names = notebook()
    assert set(uses(names["mine"])) == {"helper", "mine", "STEP", "kept", "sqrt", "stored", "hidden"}
    assert uses(names["mine"])["kept"] is names["kept"]
