"""Who hears of handlers as they are defined, and what a listener's failure does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tradestream_nb import Quote, handler
from tradestream_nb.contract import Handler
from tradestream_nb.definitions import on_define
from tradestream_nb.errors import UserError
from tradestream_nb.loading import load_file

Listen = Callable[[Callable[[Handler], None]], Callable[[], None]]


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Listen to the end of the test."""
    leaving: list[Callable[[], None]] = []

    def listen(listener: Callable[[Handler], None]) -> Callable[[], None]:
        leaving.append(on_define(listener))
        return leaving[-1]

    yield listen
    for leave in leaving:
        leave()


def define() -> Handler:
    @handler(on=Quote, topic="t")
    def mine(quote: Quote) -> list[Any]:
        return []

    return mine


def refuse(function: Handler) -> None:
    raise UserError("not this one")


def break_down(function: Handler) -> None:
    raise RuntimeError("broken listener")


def test_a_listener_hears_of_a_marked_function_until_it_leaves(listen: Listen) -> None:
    heard: list[Handler] = []
    leave = listen(heard.append)
    mine = define()
    assert heard == [mine]
    leave()
    leave()
    define()
    assert heard == [mine]


def test_a_listener_that_breaks_is_logged_and_the_definition_stands(
    listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Handler] = []
    listen(break_down)
    listen(heard.append)
    assert define() in heard
    assert "a listener failed on handler 'mine'" in caplog.text and "broken listener" in caplog.text


def test_a_listeners_user_error_reaches_the_cell_when_all_have_heard(listen: Listen) -> None:
    heard: list[Handler] = []
    listen(refuse)
    listen(heard.append)
    with pytest.raises(UserError, match="not this one"):
        define()
    assert len(heard) == 1


FILE = "from tradestream_nb import Quote, handler\n@handler(on=Quote, topic='t')\ndef filed(quote): return []\n"


def test_nobody_hears_of_what_a_file_defines_while_others_define(listen: Listen, tmp_path: Path) -> None:
    heard: list[str] = []
    listen(lambda function: heard.append(function.__name__))
    file = tmp_path / "a.py"
    file.write_text(FILE)
    load_file(file)
    assert heard == []
    define()
    assert heard == ["mine"]


def test_a_file_that_is_loaded_on_one_thread_silences_no_other(listen: Listen, tmp_path: Path) -> None:
    heard: list[str] = []
    listen(lambda function: heard.append(function.__name__))
    file, loading, defined = tmp_path / "a.py", threading.Event(), threading.Event()
    file.write_text(f"import builtins\nbuiltins.pause_of_mine()\n{FILE}")

    def pause() -> None:
        loading.set()
        assert defined.wait(10)

    import builtins

    builtins.pause_of_mine = pause  # type: ignore[attr-defined]
    thread = threading.Thread(target=load_file, args=(file,))
    thread.start()
    try:
        assert loading.wait(10)
        define()
    finally:
        defined.set()
        thread.join()
        del builtins.pause_of_mine  # type: ignore[attr-defined]
    assert heard == ["mine"]
