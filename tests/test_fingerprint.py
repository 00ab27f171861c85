"""Versions: what changes them, and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from tradestream_nb.fingerprint import fingerprint

CODE = """
LIMIT = 1
UNUSED = 1

def mine(event):
    return [helper(value) for value in event]

def helper(value):
    return deeper(value) + LIMIT

def deeper(value, scale=2):
    return value * scale

def unused(value):
    return value
"""


def version(code: str, name: str = "some_file") -> str:
    scope: dict[str, Any] = {"__name__": name}
    exec(code, scope)
    return fingerprint(scope["mine"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("for value in event]", "for value in event if value]"),
        ("deeper(value) + LIMIT", "deeper(value) - LIMIT"),
        ("value * scale", "value + scale"),
        ("scale=2", "scale=3"),
        ("LIMIT = 1", "LIMIT = 2"),
        ("LIMIT = 1", "LIMIT = {'a': [1]}"),
    ],
)
def test_it_changes_with_what_the_function_uses_of_its_file(before: str, after: str) -> None:
    assert version(CODE.replace(before, after)) != version(CODE)


@pytest.mark.parametrize(("before", "after"), [("UNUSED = 1", "UNUSED = 2"), ("return value\n", "return -value\n")])
def test_it_stays_where_the_rest_of_the_file_changes(before: str, after: str) -> None:
    assert before in CODE
    assert version(CODE.replace(before, after)) == version(CODE)


def test_methods_and_what_a_decorator_hides_count() -> None:
    code = """
from functools import cache

class Meter:
    scale = 2
    def take(self, value): return value * self.scale

@cache
def doubled(value): return value * 2

def mine(event): return [Meter().take(doubled(event))]
"""
    changes = ("scale = 2", "scale = 3"), ("value * self", "value + self"), ("value * 2", "value * 3")
    versions = {version(code.replace(before, after)) for before, after in (("", ""), *changes)}
    assert len(versions) == 4


def test_what_a_function_closes_over_counts() -> None:
    def made(step: int) -> Any:
        return lambda event: [step]

    assert fingerprint(made(1)) == fingerprint(made(1)) != fingerprint(made(2))


def test_a_function_may_call_itself_and_names_that_are_not_there_yet() -> None:
    code = "def mine(event):\n    return mine(event) + later(event)\n"
    assert version(code) == version(code)
    assert version(f"{code}\ndef later(event): return 1\n") != version(code)


def test_what_looks_different_each_time_does_not_count() -> None:
    code = "THING = object()\ndef mine(event):\n    return THING\n"
    assert version(code) == version(code)


def test_a_cell_of_a_closure_may_be_empty_still() -> None:
    def mine(event: Any) -> Any:
        return later

    assert len(fingerprint(mine)) == 12
    later = 1
    assert mine(None) == later
