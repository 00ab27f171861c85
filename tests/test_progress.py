"""A bar only for what takes long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb import progress
from tradestream_nb.progress import CHUNK, followed


@given(st.integers(0, 3 * CHUNK), st.booleans())
def test_every_item_comes_once_and_in_order(count: int, sized: bool) -> None:
    items = range(count) if sized else iter(range(count))
    assert list(followed(items, "x")) == list(range(count))


def test_what_is_quick_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(followed([1, 2], "x")) == [1, 2]
    assert capsys.readouterr() == ("", "")


def test_what_takes_long_shows_how_far_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([0.0, 0.0, 1.0])
    monkeypatch.setattr(progress, "monotonic", lambda: next(times))
    assert list(followed(range(CHUNK + 4), "counted")) == list(range(CHUNK + 4))
    assert f"counted:  98%|█████████▊| {CHUNK}/{CHUNK + 4}" in capsys.readouterr().err


def test_it_takes_no_more_than_it_gives_once_there_is_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "DELAY", 0.0)
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(10):
            taken.append(number)
            yield number

    steps = followed(items(), "x")
    next(steps)
    steps.close()
    assert taken == [0]
