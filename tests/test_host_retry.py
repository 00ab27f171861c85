"""Dead letters that are run again when the code is better."""

from __future__ import annotations

from typing import Any

from tests.hosted import Recorder, count, count_by, numbers, picky, ticking
from tradestream_nb import Bar, Quote, Timer, handler
from tradestream_nb.clock import SECOND
from tradestream_nb.contract import Handler, spec_of
from tradestream_nb.letter import Retried


def failing(*, below: float = 100.0, name: str = "count") -> Handler:
    """A version of `count` that fails on prices below."""

    def count(quote: Quote, state: int | None) -> tuple[int, list[Any]]:
        if quote.last is None or quote.last < below:
            raise ValueError(f"{quote.last} is below {below:g}")
        return (state or 0) + 1, [{"symbol": quote.symbol, "n": (state or 0) + 1, "last": quote.last}]

    count.__name__ = name
    return handler(on=Quote, key="symbol", topic="counts")(count)


def quotes(*prices: float) -> list[Quote]:
    return [Quote("A", last=price, ts=round(price)) for price in prices]


def test_those_that_succeed_now_are_emitted_in_order_and_leave() -> None:
    recorder = Recorder(failing()).feed(*quotes(1, 200, 2))
    recorder.host.swap(count)
    assert recorder.host.retry() == Retried(succeeded=2, failed=0)
    assert numbers(recorder) == [1, 2, 3]
    assert [ts for _, _, ts in recorder.emitted] == [200, 1, 2]
    assert not recorder.host.dead_letters and recorder.host.state("count") == {"A": 3}


def test_those_that_fail_again_stay_and_say_how_they_fail_now() -> None:
    recorder = Recorder(failing()).feed(*quotes(1, 2, 3))
    better = failing(below=2.5)
    recorder.host.swap(better)
    assert recorder.host.retry() == Retried(1, 2)
    kept = list(recorder.host.dead_letters)
    assert [letter.event for letter in kept] == quotes(1, 2)
    assert {letter.version for letter in kept} == {spec_of(better).version}
    assert kept[0].error == "ValueError: 1 is below 2.5"
    assert recorder.host.errors == {"count": 3}, "each counted once, when it failed first"


def test_only_the_letters_that_are_chosen_and_still_kept_are_retried() -> None:
    recorder = Recorder(failing()).feed(*quotes(1, 2, 3))
    first, second, third = recorder.host.dead_letters
    recorder.host.swap(count)
    assert recorder.host.retry([second]) == Retried(1, 0)
    assert recorder.host.retry([second, second]) == Retried(0, 0)
    assert list(recorder.host.dead_letters) == [first, third]
    assert numbers(recorder) == [1]


def test_retrying_nothing_gives_nothing() -> None:
    assert Recorder(count).host.retry() == Retried(0, 0)


def test_the_letters_of_other_handlers_go_through_their_own() -> None:
    recorder = Recorder(failing(), picky).feed(Quote("A", 13.0))
    recorder.host.swap(count_by(1))
    assert recorder.host.retry() == Retried(1, 1)
    assert [letter.handler for letter in recorder.host.dead_letters] == ["picky"]


def test_an_event_that_the_handler_takes_no_longer_stays() -> None:
    def count(bar: Bar, state: int | None) -> tuple[int, list[Any]]:
        return 1, []

    recorder = Recorder(failing()).feed(*quotes(1))
    before = list(recorder.host.dead_letters)
    recorder.host.swap(handler(on=Bar, key="symbol", topic="counts")(count))
    assert recorder.host.retry() == Retried(0, 1)
    assert list(recorder.host.dead_letters) == before


def test_a_timer_goes_to_its_own_key_again() -> None:
    def late(event: Any, state: str | None) -> tuple[str, list[Any]]:
        if isinstance(event, Timer):
            raise RuntimeError("too late")
        return event.symbol, []

    late.__name__ = "ticking"
    recorder = Recorder(handler(on=Quote | Timer, key="symbol", topic="ticks", every=3)(late))
    recorder.feed(Quote("A", ts=SECOND), Quote("B", ts=2 * SECOND), Quote("C", ts=4 * SECOND))
    recorder.host.swap(ticking)
    assert recorder.host.retry() == Retried(2, 0)
    assert [message["symbol"] for message in recorder.messages] == ["A", "B"]
