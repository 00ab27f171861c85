"""Words of a magic's line, and what they mean; each mistake is one line."""

from __future__ import annotations

from typing import Any

import pytest
from IPython.core.error import UsageError

from tradestream_nb.magic_line import decorator, nothing, port, source_and_settings, split


@pytest.mark.parametrize(
    ("line", "url", "settings"),
    [
        ("", "sim", {}),
        ("sim", "sim", {}),
        ("seed=7 rate=50", "sim?seed=7&rate=50", {}),
        ("replay:sample?speed=max loop=true", "replay:sample?speed=max&loop=true", {}),
        ("'replay:my day.csv'", "replay:my day.csv", {}),
        ("auto_trade=true price_interval=0", "sim", {"auto_trade": True, "price_interval": 0.0}),
        ("sim handlers='my own' seed=7", "sim?seed=7", {"handlers": "my own"}),
    ],
)
def test_a_sources_options_and_a_sessions_settings_are_told_apart(
    line: str, url: str, settings: dict[str, Any]
) -> None:
    assert source_and_settings(split(line)) == (url, settings)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("sim fast", "^'fast' is not key=value$"),
        ("sim 2nd=x", "^'2nd=x' is not key=value$"),
        ("seed=7 seed=8", "^seed is given twice$"),
        ("auto_trade=maybe", "^auto_trade=maybe does not fit; it is a bool$"),
        ("price_interval=soon", "^price_interval=soon does not fit; it is a float$"),
    ],
)
def test_a_word_that_does_not_fit_is_named(line: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        source_and_settings(split(line))


def test_a_quotation_has_an_end() -> None:
    with pytest.raises(UsageError, match="^'sim: no closing quotation$"):
        split("'sim")


def test_a_decorator_takes_types_and_periods_as_they_are_and_names_as_text() -> None:
    written = decorator(split("on=Quote|Timer key=symbol topic=mine every=3 swap=ask"))
    assert written == "@handler(on=(Quote|Timer), key='symbol', topic='mine', every=(3), swap='ask')"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("on=Quote", "^on= and topic= are needed; write %%handler on="),
        ("on=Quote topic=x of=y", "^unknown option 'of'"),
    ],
)
def test_a_decorator_that_nobody_could_write_is_refused(line: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        decorator(split(line))


def test_a_port_may_be_left_out() -> None:
    assert [port([]), port(["0"]), port(["9000"])] == [8765, 0, 9000]


@pytest.mark.parametrize(
    ("words", "told"),
    [(["web"], "^%tradestream serve web: the port is"), (["65536"], "the port is"), (["1", "more"], "^more: nothing")],
)
def test_what_is_no_port_is_refused(words: list[str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        port(words)


def test_words_that_nobody_needs_are_refused() -> None:
    nothing([])
    with pytest.raises(UsageError, match="^now please: nothing more is needed here$"):
        nothing(["now", "please"])
