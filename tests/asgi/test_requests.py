"""Scopes of ASGI as the requests that the server knows, and its answers as events."""

from __future__ import annotations

from typing import Any

import pytest

from tradestream_nb.asgi.requests import answer, request
from tradestream_nb.server.web.http import text


def scope(**more: Any) -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": "/", "headers": [], "client": ("10.0.0.7", 5), **more}


@pytest.mark.parametrize(
    ("path", "root", "seen"),
    [
        ("/ws", "", "/ws"),
        ("/streams/ws", "/streams", "/ws"),
        ("/streams/", "/streams", "/"),
        ("/streams", "/streams", "/"),
        ("/streams/streams", "/streams", "/streams"),
    ],
)
def test_a_path_is_seen_from_where_the_application_is_mounted(path: str, root: str, seen: str) -> None:
    assert request(scope(path=path, root_path=root)).path == seen


def test_a_header_that_was_sent_twice_is_joined() -> None:
    asked = request(scope(headers=[(b"Host", b"here"), (b"X", b"1"), (b"x", b"\xe9")], query_string=b"a=1"))
    assert (dict(asked.headers), asked.query, asked.remote) == ({"host": "here", "x": "1, \xe9"}, "a=1", "10.0.0.7")


def test_a_handshake_offers_what_its_scope_says_whatever_is_left_of_its_headers() -> None:
    asked = request(scope(type="websocket", subprotocols=["a", "b"], headers=[(b"sec-websocket-protocol", b"a, b")]))
    assert asked.upgrades and asked.headers["sec-websocket-protocol"] == "a, b"


def test_behind_a_local_socket_everyone_is_of_this_machine() -> None:
    assert request(scope(client=None)).remote == "localhost"


@pytest.mark.parametrize(("websocket", "kind"), [(False, "http.response"), (True, "websocket.http.response")])
def test_an_answer_is_a_start_and_a_body(websocket: bool, kind: str) -> None:
    start, body = answer(text(503, "later", Retry_After="5"), websocket=websocket)
    assert (start["type"], start["status"]) == (f"{kind}.start", 503)
    assert (b"retry-after", b"5") in start["headers"]
    assert (body["type"], body["body"]) == (f"{kind}.body", b"later\n")
