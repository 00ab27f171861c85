"""A client of a server that proves who it is."""

from __future__ import annotations

import ssl

import trustme

from tests.server.doors import door
from tradestream_nb.client import connect
from tradestream_nb.hub import Hub
from tradestream_nb.server.connection import Server


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
