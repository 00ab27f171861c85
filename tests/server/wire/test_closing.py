"""Every code that the document names, as a client hears it over a socket."""

from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.server.doors import door
from tests.server.served import V1, Served, heard, serving
from tradestream_nb.server import connection
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.door.tokens import Tokens
from tradestream_nb.server.wire import protocol
from tradestream_nb.server.wire.closing import CAPACITY, CLOSINGS

SECRET = "correct-horse-battery"


def guarded(**limits: Any) -> Served:
    """A server that asks for a token, whose bearer may read signals."""
    served, tokens = Served(**limits), Tokens()
    tokens.add("board", SECRET, ["signals"])
    admissions = door(Access(tokens=tokens), limits=served.limits)
    served.server = connection.Server(served.hub, admissions, limits=served.limits)
    return served


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("{", 4400),
        ('{"type":"subscribe","channel":"trades"}', 4403),
        (json.dumps({"type": "subscribe", "channel": "signals", "symbols": ["A", "B", "C"]}), 4413),
    ],
)
async def test_one_that_is_refused_again_and_again_hears_why_it_is_closed(said: str, code: int) -> None:
    served = guarded(bad_messages=3, request_symbols=2)
    served.port = await served.server.start("127.0.0.1", 0)
    async with served.connect(subprotocols=V1, additional_headers={"Authorization": f"Bearer {SECRET}"}) as ws:
        for _ in range(3):
            await ws.send(said)
        assert [message["type"] for message in await heard(ws)] == ["welcome", "error", "error", "error"]
        assert ws.close_code == code
    await served.server.stop()


async def test_one_that_the_server_fails_on_is_told_that_it_was_not_its_fault(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: object, data: object) -> list[bytes]:
        raise ZeroDivisionError

    async with served.connect(subprotocols=V1) as ws, served.connect(subprotocols=V1) as other:
        await other.recv()
        with monkeypatch.context() as patch:
            patch.setattr(protocol.Protocol, "received", fail)
            await ws.send('{"type":"ping"}')
            await heard(ws)
        assert ws.close_code == 1011
        await other.send('{"type":"ping"}')
        assert json.loads(await other.recv())["type"] == "pong"


async def test_for_want_of_room_nobody_is_let_in_so_that_a_code_after_it_is_not_needed() -> None:
    async with serving(connections=1) as served, served.connect():
        with pytest.raises(InvalidStatus, match="503"):
            await served.connect()
    [capacity] = [closing for closing in CLOSINGS if closing.code == CAPACITY]
    assert "HTTP 503" in capacity.meaning
