"""The operator's way to see clients and to send one away, over a port."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

import pytest
from websockets.exceptions import ConnectionClosed

from tests.patience import PATIENCE
from tests.server.talk import SUBPROTOCOL, TS, price, signal
from tests.server.watched import watched
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.door.tokens import read_tokens

READER, OPERATOR = "reader-secret-0123456789", "operator-secret-0123456789"
ACCESS = Access(tokens=read_tokens([f"board={READER}:read", f"ops={OPERATOR}"]))


async def test_clients_are_listed_with_what_they_read_and_how_they_keep_up() -> None:
    async with watched() as server, server.connect() as legacy, server.connect(SUBPROTOCOL) as v1:
        await v1.recv()
        await v1.send(json.dumps({"type": "subscribe", "channel": "price", "symbols": ["AAPL"]}))
        await v1.recv()
        server.front.manager.hub.publish("price_updates", price("AAPL"), TS)
        await asyncio.gather(legacy.recv(), v1.recv())
        first, second = sorted(await server.clients(2), key=lambda client: client["mode"])
    assert {"remote": "127.0.0.1", "identity": "local", "mode": "legacy", "codec": "json"}.items() <= first.items()
    assert set(first["subscriptions"].values()) == {"*"}
    assert second["subscriptions"] == {"price_updates": ["AAPL"]}
    assert (first["delivered"], first["conflated"], first["dropped"], first["lag_ms"]) == (1, 0, 0, 0)
    assert first["sent"] > 100
    assert datetime.fromisoformat(second["connected"]).tzinfo is not None


async def test_one_client_is_shown_by_its_id() -> None:
    async with watched() as server, server.connect():
        (client,) = await server.clients(1)
        assert await server.read(f"/clients/{client['id']}") == client
        assert (await server.ask("/clients/nobody"))[0] == 404
        assert (await server.ask("/clients/"))[0] == 404
        assert (await server.ask("/clients", method="DELETE"))[0] == 405
        assert (await server.ask(f"/clients/{client['id']}", method="POST"))[0] == 405


async def test_one_client_is_disconnected_for_good_and_the_others_stay() -> None:
    async with watched() as server, server.connect() as one, server.connect() as other:
        first, _ = await server.clients(2)
        status, body = await server.ask(f"/clients/{first['id']}", method="DELETE")
        assert (status, json.loads(body)) == (200, {"disconnected": first["id"]})
        with pytest.raises(ConnectionClosed, match="4403.*disconnected by the operator"):
            await asyncio.wait_for(one.recv(), PATIENCE)
        assert len(await server.clients(1)) == 1
        server.front.manager.hub.publish("signals", signal(), TS)
        assert json.loads(await other.recv())["type"] == "signal"
        assert (await server.read("/status"))["totals"]["ended"] == {"operator": 1}


async def test_a_scope_is_needed_to_operate() -> None:
    async with watched(ACCESS, token=OPERATOR) as server, server.connect():
        (client,) = await server.clients(1)
        assert client["identity"] == "ops"
        for path, method in (("/clients", "GET"), (f"/clients/{client['id']}", "GET"), ("/clients/1", "DELETE")):
            assert (await server.ask(path, method=method, token=READER))[0] == 403
            assert (await server.ask(path, method=method, token=""))[0] == 401
        assert len(await server.clients(1)) == 1


async def test_a_foreign_page_cannot_disconnect_anyone() -> None:
    async with watched() as server, server.connect():
        (client,) = await server.clients(1)
        refused = await server.ask(f"/clients/{client['id']}", "Origin: https://evil.example", method="DELETE")
        assert refused[0] == 403
        assert len(await server.clients(1)) == 1


async def test_status_shows_clients_to_who_may_operate_and_sums_to_all() -> None:
    async with watched(ACCESS, token=OPERATOR) as server, server.connect():
        (client,) = await server.clients(1)
        status = await server.read("/status")
        assert status["clients"] == [client]
        assert status["totals"]["connections"] == status["connections"] == 1
        code, body = await server.ask("/status", token=READER)
        assert code == 200
        assert "clients" not in json.loads(body)
