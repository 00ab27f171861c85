"""When a client tries again."""

from __future__ import annotations

from itertools import islice

import pytest

from tradestream_nb.client.schedule import asked_pause, backoff, refusal


def test_the_longest_wait_doubles_up_to_thirty_seconds() -> None:
    assert list(islice(backoff(lambda: 1.0), 7)) == [1, 2, 4, 8, 16, 30, 30]


def test_the_shortest_wait_is_none() -> None:
    assert list(islice(backoff(lambda: 0.0), 5)) == [0, 0, 0, 0, 0]


def test_clients_that_were_cut_off_together_come_back_apart() -> None:
    assert list(islice(backoff(), 5)) != list(islice(backoff(), 5))


def test_a_pause_that_was_asked_for_is_kept_and_spread_out() -> None:
    assert (asked_pause(2.0, lambda: 0.0), asked_pause(2.0, lambda: 1.0)) == (2.0, 3.0)


@pytest.mark.parametrize("code", [4400, 4401, 4403, 4406, 4413, 200, 400, 401, 403, 404, 426])
def test_what_would_be_refused_again_is_not_tried_again(code: int) -> None:
    assert refusal(code, "") is not None


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1011, 1012, 1013, 4408, 4429, 4503, 4508, 408, 429, 500, 503])
def test_anything_else_is(code: int) -> None:
    assert refusal(code, "whatever") is None


def test_a_refusal_says_what_the_server_said() -> None:
    assert "give one with token=… (unknown token)" in str(refusal(4401, "unknown token"))
