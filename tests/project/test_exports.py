"""The package's face: what `from tradestream_nb import ...` offers."""

from __future__ import annotations

import inspect
from collections import Counter

import pytest

import tradestream_nb


def test_the_names_are_sorted_and_named_once() -> None:
    assert sorted(Counter(tradestream_nb.__all__)) == list(tradestream_nb.__all__)


@pytest.mark.parametrize("name", tradestream_nb.__all__)
def test_a_public_name_is_there_and_documented(name: str) -> None:
    thing = getattr(tradestream_nb, name)
    if inspect.isclass(thing) or inspect.isroutine(thing):
        assert thing.__doc__, f"{name} has no docstring"
