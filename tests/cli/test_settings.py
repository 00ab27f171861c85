"""Values that are written as NAME=VALUE."""

from __future__ import annotations

import pytest

from tradestream_nb.cli.settings import parse_limits, parse_settings
from tradestream_nb.errors import UserError
from tradestream_nb.server.limits import Limits


@pytest.mark.parametrize("setting", ["", "a", "a.b", "a=1", ".b=1", "a.=1", "=", "a.b.c"])
def test_a_setting_of_another_form_is_refused(setting: str) -> None:
    with pytest.raises(UserError, match="is not HANDLER.PARAMETER=VALUE"):
        parse_settings((setting,))


def test_settings_are_gathered_by_handler() -> None:
    parsed = parse_settings(("a.x=1", "b.x=", "a.y=p=q", "a.x=2"))
    assert parsed == {"a": {"x": "2", "y": "p=q"}, "b": {"x": ""}}


def test_limits_are_the_usual_ones_but_for_those_that_are_given() -> None:
    assert parse_limits((), 1000) == Limits()
    limits = parse_limits(("request_rate=2.5", "message_size=1024", "request_rate=3"), 7)
    assert limits == Limits(request_rate=3.0, message_size=1024, connections=7)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("grace", "--limit 'grace' is not NAME=VALUE; names are soft_buffer, "),
        ("speed=1", "--limit 'speed=1' is not NAME=VALUE"),
        ("connections=1", "--limit 'connections=1' is not NAME=VALUE"),
        ("grace=long", "--limit grace=long does not fit: Expected `float`"),
        ("message_size=1.5", "--limit message_size=1.5 does not fit: Expected `int`"),
        ("grace=0", "--limit grace=0 does not fit; it is above 0"),
        ("grace=-1", "--limit grace=-1 does not fit; it is above 0"),
        ("grace=nan", "--limit grace=nan does not fit"),
        ("grace=inf", "--limit grace=inf does not fit; it is above 0, and at most 1000000000"),
        ("history=1000000001", "--limit history=1000000001 does not fit; it is above 0, and at most 1000000000"),
    ],
)
def test_a_limit_that_is_none_is_refused(written: str, problem: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_limits((written,), 1)
    assert str(refused.value).startswith(problem)
