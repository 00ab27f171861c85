"""A request and its answer, before there is a socket."""

from __future__ import annotations

from tests.server.doors import knock
from tradestream_nb.server.web.http import HEADERS, json, text


def test_the_length_is_counted_in_bytes() -> None:
    reply = text(200, "größer")
    assert reply.headers()["Content-Length"] == str(len(reply.body)) == "9"


def test_without_its_body_an_answer_keeps_its_length() -> None:
    reply = text(200, "ok").without_body()
    assert (reply.body, reply.headers()["Content-Length"]) == (b"", "3")


def test_json_is_for_programs_and_people() -> None:
    reply = json({"connections": 2})
    assert (reply.status, reply.type, reply.body) == (200, "application/json", b'{\n  "connections": 2\n}')


def test_headers_of_one_answer_come_beside_those_of_all() -> None:
    headers = text(503, "full", Retry_After="5").headers()
    assert headers["Retry-After"] == "5"
    assert headers.items() >= HEADERS.items()


def test_every_answer_forbids_foreign_scripts_and_guessing_of_types() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "ws:", "wss:"} & set(" ".join(policy.values()).split())
    assert HEADERS["X-Content-Type-Options"] == "nosniff"


def test_an_upgrade_is_asked_for_in_any_case() -> None:
    assert knock("/ws").upgrades
    assert knock("/", upgrade="WebSocket").upgrades
    assert not knock("/").upgrades
