"""What anyone may see."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.doors import knock
from tradestream_nb.errors import UserError
from tradestream_nb.server.web import pages as module
from tradestream_nb.server.web.http import Reply, text
from tradestream_nb.server.web.pages import load_static, pages
from tradestream_nb.server.web.routes import Routes


def ask(path: str, *, ready: bool = True, method: str = "GET") -> Reply:
    return Routes(pages(lambda: ready)).reply(knock(path, method=method), None)


def test_the_root_is_the_dashboard() -> None:
    reply = ask("/")
    assert (reply.status, reply.type) == (200, "text/html; charset=utf-8")
    assert b'src="dashboard.js"' in reply.body
    assert reply == ask("/index.html")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/dashboard.js", "text/javascript; charset=utf-8"),
        ("/dashboard.css", "text/css; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
    ],
)
def test_files_have_their_types(path: str, kind: str) -> None:
    reply = ask(path)
    assert (reply.status, reply.type) == (200, kind)
    assert reply.body


def test_other_pages_may_load_the_client_and_nothing_else() -> None:
    shared = [path for path, reply in load_static().items() if "Access-Control-Allow-Origin" in reply.headers()]
    assert shared == ["/client.js"]


def test_all_that_the_dashboard_loads_is_there() -> None:
    names = [name for name in load_static() if name.encode()[1:] in ask("/").body]
    assert {"/dashboard.js", "/dashboard.css", "/icon.svg"} <= set(names)


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
    assert ask(path).status == 404


@pytest.mark.parametrize("path", ["/", "/dashboard.js", "/healthz", "/readyz", "/ws"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_pages_are_only_read(path: str, method: str) -> None:
    reply = ask(path, method=method)
    assert (reply.status, reply.headers()["Allow"]) == (405, "GET, HEAD")


def test_head_is_answered_without_a_body() -> None:
    reply = ask("/", method="HEAD")
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers() == ask("/").headers()


def test_only_files_of_the_web_are_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    static = tmp_path / "static"
    static.mkdir()
    for name in ("index.html", "dashboard.js", "dashboard.js.map", ".env", "notes.txt"):
        (static / name).write_text("x")
    monkeypatch.setattr(module, "files", lambda package: tmp_path)
    assert load_static().keys() == {"/index.html", "/dashboard.js"}


def test_a_frontend_that_was_not_built_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "files", lambda package: tmp_path)
    with pytest.raises(UserError, match="pip install"):
        ask("/")


def test_healthz_says_that_the_process_lives() -> None:
    assert ask("/healthz", ready=False) == text(200, "ok")


def test_readyz_says_whether_the_streams_run() -> None:
    assert ask("/readyz", ready=True).status == 200
    assert ask("/readyz", ready=False).status == 503


def test_the_websockets_address_asks_for_an_upgrade() -> None:
    reply = ask("/ws")
    assert (reply.status, reply.body) == (426, b"this address speaks WebSocket\n")
    assert reply.headers()["Upgrade"] == "websocket"
