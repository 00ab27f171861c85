"""Which paths are answered, to whom, and by which method."""

from __future__ import annotations

import pytest

from tests.server.doors import knock
from tradestream_nb.server.door.identity import LOCAL, Identity
from tradestream_nb.server.web.http import Reply, text
from tradestream_nb.server.web.routes import Route, Routes

READER = Identity("reader")


def routes() -> Routes:
    """Three paths that say what they were asked for."""
    return Routes(
        {
            "/": Route(lambda request, identity: text(200, "home")),
            "/secret": Route(lambda request, identity: text(200, identity.name if identity else ""), needs="token"),
            "/things/": Route(lambda request, identity: text(200, request.path), ("GET", "DELETE"), needs="operate"),
        }
    )


def ask(path: str, identity: Identity | None = LOCAL, method: str = "GET") -> Reply:
    return routes().reply(knock(path, method=method), identity)


@pytest.mark.parametrize(
    ("path", "identity", "expected"),
    [
        ("/", None, 200),
        ("/secret", None, 401),
        ("/secret", READER, 200),
        ("/things/7", None, 401),
        ("/things/7", READER, 403),
        ("/things/7", LOCAL, 200),
    ],
)
def test_what_a_path_needs_is_asked_for(path: str, identity: Identity | None, expected: int) -> None:
    assert ask(path, identity).status == expected


def test_the_answer_knows_who_asks() -> None:
    assert ask("/secret", READER).body == b"reader\n"


@pytest.mark.parametrize("path", ["/nothing", "/things", "/things/7/8", "/secret/", "", "things/7", "//"])
def test_what_there_is_not_is_not_found(path: str) -> None:
    assert ask(path).status == 404


def test_another_method_is_refused_with_those_there_are() -> None:
    reply = ask("/things/7", method="POST")
    assert (reply.status, reply.headers()["Allow"]) == (405, "GET, DELETE")
    assert ask("/things/7", method="DELETE").body == b"/things/7\n"


def test_routes_can_be_added_and_taken_the_place_of() -> None:
    table = routes()
    table.add({"/": Route(lambda request, identity: text(200, "new")), "/more": Route(lambda *_: text(200, "more"))})
    assert [table.reply(knock(path), None).body for path in ("/", "/more")] == [b"new\n", b"more\n"]


def test_who_may_not_is_told_how_a_token_is_sent() -> None:
    assert ask("/secret", None).headers()["WWW-Authenticate"].startswith('Bearer realm="tradestream", Basic')
