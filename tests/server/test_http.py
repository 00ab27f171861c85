"""What is answered to plain HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tradestream_nb.errors import UserError
from tradestream_nb.server import http
from tradestream_nb.server.http import Pages, Reply, load_static, text


def pages(*, ready: bool = True, status: Any = None) -> Pages:
    return Pages(status=lambda: status, ready=lambda: ready)


def test_the_root_is_the_dashboard() -> None:
    reply = pages().reply("/")
    assert (reply.status, reply.type) == (200, "text/html; charset=utf-8")
    assert b'src="dashboard.js"' in reply.body
    assert pages().reply("/?theme=dark") == reply == pages().reply("/index.html")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/dashboard.js", "text/javascript; charset=utf-8"),
        ("/dashboard.css", "text/css; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
    ],
)
def test_files_have_their_types(path: str, kind: str) -> None:
    reply = pages().reply(path)
    assert (reply.status, reply.type) == (200, kind)
    assert reply.body


def test_all_that_the_dashboard_loads_is_there() -> None:
    names = [name for name in load_static() if name.encode()[1:] in pages().reply("/").body]
    assert {"/dashboard.js", "/dashboard.css", "/icon.svg"} <= set(names)


def test_every_reply_forbids_foreign_scripts_and_guessing_of_types() -> None:
    for path in ("/", "/dashboard.js", "/healthz", "/status", "/nothing"):
        headers = pages().reply(path).headers()
        policy = headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy)
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & set(" ".join(policy).split())
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_length_is_counted_in_bytes() -> None:
    reply = text(200, "größer")
    assert reply.headers()["Content-Length"] == str(len(reply.body)) == "9"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "",
        "/../cli.py",
        "/%2e%2e/cli.py",
        "/..%2fcli.py",
        "//etc/passwd",
        "/static/dashboard.js",
        "/./dashboard.js",
        "/dashboard.js/",
        "dashboard.js",
        "/dashboard.js\0.css",
        "http://127.0.0.1/dashboard.js",
    ],
)
def test_a_path_reaches_nothing_but_what_was_read_at_the_start(path: str) -> None:
    assert pages().reply(path).status == 404


def test_only_files_of_the_web_are_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    static = tmp_path / "static"
    static.mkdir()
    for name in ("index.html", "dashboard.js", "dashboard.js.map", ".env", "notes.txt"):
        (static / name).write_text("x")
    monkeypatch.setattr(http, "files", lambda package: tmp_path)
    assert load_static().keys() == {"/index.html", "/dashboard.js"}


def test_a_frontend_that_was_not_built_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "files", lambda package: tmp_path)
    with pytest.raises(UserError, match="pip install"):
        pages()


def test_healthz_says_that_the_process_lives() -> None:
    assert pages(ready=False).reply("/healthz") == text(200, "ok")


def test_readyz_says_whether_the_streams_run() -> None:
    assert pages(ready=True).reply("/readyz").status == 200
    assert pages(ready=False).reply("/readyz").status == 503


def test_status_is_json_for_programs_and_people() -> None:
    reply = pages(status={"connections": 2}).reply("/status")
    assert reply.type == "application/json"
    assert reply.body == b'{\n  "connections": 2\n}'


def test_the_websockets_address_asks_for_an_upgrade() -> None:
    assert pages().reply("/ws") == Reply(426, "text/plain; charset=utf-8", b"this address speaks WebSocket\n")


def test_status_is_asked_for_each_time() -> None:
    asked = iter(range(9))
    counting = Pages(status=lambda: next(asked), ready=lambda: True)
    assert [msgspec.json.decode(counting.reply("/status?x").body) for _ in range(2)] == [0, 1]
