"""Messages from the browser."""

from __future__ import annotations

from typing import Any

import pytest

from tradestream_nb.views.wire import Ack, Bye, FromView, Hello, Vis, read


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"kind": "hello", "vid": "a", "v": True}, Hello("a", True)),
        ({"kind": "ack", "vid": "a", "seq": 7}, Ack("a", 7)),
        ({"kind": "vis", "vid": "a", "v": False}, Vis("a", False)),
        ({"kind": "bye", "vid": "a", "new_field": 1}, Bye("a")),
    ],
)
def test_each_kind_is_understood(content: Any, message: FromView) -> None:
    assert read(content) == message


@pytest.mark.parametrize("content", [None, "hello", [], {}, {"kind": "?"}, {"kind": "ack", "vid": "a", "seq": "7"}])
def test_anything_else_is_ignored(content: Any) -> None:
    assert read(content) is None
