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


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (scope(), "http.response"),
        (scope(type="websocket", extensions={"websocket.http.response": {}}), "websocket.http.response"),
    ],
)
def test_an_answer_is_a_start_and_a_body(asked: dict[str, Any], kind: str) -> None:
    start, body = answer(asked, text(503, "later", Retry_After="5"))
    assert (start["type"], start["status"]) == (f"{kind}.start", 503)
    assert (b"retry-after", b"5") in start["headers"]
    assert (body["type"], body["body"]) == (f"{kind}.body", b"later\n")


@pytest.mark.parametrize(("status", "code"), [(429, 4429), (503, 4503)])
@pytest.mark.parametrize(
    ("offered", "spoken"),
    [
        ([], None),
        (["tradestream.bearer.c2VjcmV0", "tradestream.v1.msgpack"], "tradestream.v1.msgpack"),
        (["tradestream.bearer.c2VjcmV0"], None),
    ],
)
def test_who_may_come_back_is_let_in_to_hear_so_where_a_handshake_has_no_answer(
    status: int, code: int, offered: list[str], spoken: str | None
) -> None:
    accept, close = answer(scope(type="websocket", subprotocols=offered, extensions=None), text(status, "later"))
    assert accept == {"type": "websocket.accept", "subprotocol": spoken}
    assert close == {"type": "websocket.close", "code": code, "reason": "later"}


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_who_may_not_is_never_let_in(status: int) -> None:
    [close] = answer(scope(type="websocket"), text(status, "no"))
    assert (close["type"], close["code"]) == ("websocket.close", 4403)
