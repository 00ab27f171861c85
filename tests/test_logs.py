"""Log records as people and as machines read them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest

from tradestream_nb import logs


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root, server = logging.getLogger(), logging.getLogger("websockets.server")
    handlers, levels = root.handlers[:], (root.level, server.level)
    yield
    root.handlers[:], (root.level, server.level) = handlers, levels


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json")
    logging.getLogger("a.b").warning('two\nlines and "quotes" of %s', "größe")
    try:
        raise ValueError("no\ngood")
    except ValueError:
        logging.getLogger("c").exception("failed")
    plain, failed = map(json.loads, capsys.readouterr().err.splitlines())
    assert datetime.fromisoformat(plain.pop("ts")).tzinfo is not None
    assert plain == {"level": "WARNING", "logger": "a.b", "message": 'two\nlines and "quotes" of größe'}
    assert "ValueError: no\ngood" in failed["exc_info"]


def test_what_goes_with_a_record_becomes_fields(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json")
    logging.getLogger("a").info("sent", extra={"stream": "signals", "what": object()})
    record = json.loads(capsys.readouterr().err)
    assert record["stream"] == "signals"


def test_text_is_one_line_with_level_and_logger(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("text")
    logging.getLogger("a.b").warning("slow %s", "client")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.split(maxsplit=1)[1] == "WARNING a.b  slow client"


def test_nothing_below_info_and_no_chatter_of_the_server(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("text")
    logging.getLogger("a").debug("detail")
    logging.getLogger("websockets.server").info("connection open")
    assert capsys.readouterr().err == ""


def test_setting_up_again_does_not_write_twice(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("text")
    logs.set_up("json")
    logging.getLogger("a").info("once")
    assert len(capsys.readouterr().err.splitlines()) == 1
