"""What keeps a conversation between the two who have it."""

from __future__ import annotations

import logging
import ssl

import pytest
import trustme

from tests.server.doors import door
from tradestream_nb.client import connect
from tradestream_nb.hub import Hub
from tradestream_nb.server.connection import Server
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.door.tokens import Tokens


async def test_a_certificate_that_the_client_trusts_lets_them_talk() -> None:
    authority = trustme.CA()
    theirs, ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(theirs)
    authority.configure_trust(ours)
    server = Server(Hub(), door())
    port = await server.start("127.0.0.1", 0, tls=theirs)
    async with connect(f"wss://localhost:{port}/ws", tls=ours) as client:
        assert await client.subscribe("signals") == {"signals": "*"}
    await server.stop()


async def test_a_token_is_in_no_log_however_much_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    tokens, secret = Tokens(), "correct-horse-battery"
    tokens.add("desk", secret)
    server = Server(Hub(), door(Access(tokens=tokens)))
    port = await server.start("127.0.0.1", 0)
    with caplog.at_level(logging.DEBUG):
        async with connect(f"ws://127.0.0.1:{port}/ws", token=secret) as client:
            await client.list()
        await server.stop()
    assert "connected" in caplog.text and secret not in caplog.text
