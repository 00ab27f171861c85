"""Callbacks are told in order, whatever one of them does, from whichever thread they come."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tradestream_nb.errors import UserError
from tradestream_nb.events import Signal
from tradestream_nb.strategies.callbacks import SignalCallbacks

SIGNAL = Signal("ACME", "BUY", 10.0)


def broken(signal: Signal) -> None:
    raise RuntimeError(f"no use for {signal.symbol}")


def test_callbacks_are_called_in_order_of_registration() -> None:
    callbacks, order = SignalCallbacks(), list[str]()
    for name in ("first", "second", "third"):
        callbacks.add(lambda signal, name=name: order.append(name))  # type: ignore[misc]
    callbacks.notify(SIGNAL)
    assert order == ["first", "second", "third"]


def test_a_callback_that_raises_is_reported_and_the_others_still_run(caplog: pytest.LogCaptureFixture) -> None:
    callbacks, heard = SignalCallbacks(), list[Signal]()
    callbacks.add(broken)
    callbacks.add(heard.append)
    callbacks.notify(SIGNAL)
    callbacks.notify(SIGNAL)
    assert heard == [SIGNAL, SIGNAL]
    assert (callbacks.errors, callbacks.last_error) == (2, "broken: RuntimeError: no use for ACME")
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2


def test_a_callback_without_a_name_is_reported_as_it_prints() -> None:
    callbacks = SignalCallbacks()
    callbacks.add(partial(broken))
    callbacks.notify(SIGNAL)
    assert "functools.partial" in callbacks.last_error


def test_adding_twice_calls_once_and_removing_once_is_enough() -> None:
    callbacks, heard = SignalCallbacks(), list[Signal]()
    callbacks.add(heard.append)
    callbacks.add(heard.append)
    callbacks.notify(SIGNAL)
    callbacks.remove(heard.append)
    callbacks.notify(SIGNAL)
    assert heard == [SIGNAL]


def test_removing_a_callback_that_was_never_added_is_refused() -> None:
    with pytest.raises(UserError, match="broken is not registered: pass the object that was added"):
        SignalCallbacks().remove(broken)


def test_a_callback_may_remove_itself_and_add_another_for_the_next_signal() -> None:
    callbacks, heard = SignalCallbacks(), list[str]()

    def later(signal: Signal) -> None:
        heard.append("later")

    def once(signal: Signal) -> None:
        heard.append("once")
        callbacks.remove(once)
        callbacks.add(later)

    callbacks.add(once)
    callbacks.add(lambda signal: heard.append("always"))
    callbacks.notify(SIGNAL)
    assert heard == ["once", "always"]
    callbacks.notify(SIGNAL)
    assert heard == ["once", "always", "always", "later"]


@pytest.mark.usefixtures("eager_threads")
def test_threads_that_come_and_go_disturb_nobody() -> None:
    callbacks, heard = SignalCallbacks(), list[Signal]()
    resting = [list[Signal]().append for _ in range(30)]
    for callback in [heard.append, *resting]:
        callbacks.add(callback)

    def come_and_go() -> None:
        own: list[Signal] = []
        for _ in range(500):
            callbacks.add(own.append)
            callbacks.remove(own.append)

    with ThreadPoolExecutor() as threads:
        visits = [threads.submit(come_and_go) for _ in range(4)]
        for _ in range(500):
            callbacks.notify(SIGNAL)
    for visit in visits:
        visit.result()
    assert callbacks.errors == 0 and len(heard) == 500
    assert callbacks._callbacks == (heard.append, *resting)
