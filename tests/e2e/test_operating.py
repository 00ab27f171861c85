"""A real server with tokens and a certificate, as an operator runs and watches it."""

from __future__ import annotations

import asyncio
import json
import ssl
from pathlib import Path

import pytest
import trustme
from prometheus_client.parser import text_string_to_metric_families as parse
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.e2e.processes import run, serve
from tests.patience import PATIENCE
from tests.server.raw import get

BOARD, OPERATOR = "board-secret-0123456789", "operator-secret-0123456789"
TOKENS = f"board={BOARD}:price_updates,signals ops={OPERATOR}"
SOURCE = ("--source", "sim?seed=7&symbols=5&rate=20")


def bearer(token: str) -> str:
    return f"Authorization: Bearer {token}"


async def test_an_operator_sees_a_client_and_sends_it_away() -> None:
    async with serve(*SOURCE, "--log-format", "json", env={"TRADESTREAM_TOKEN": TOKENS}) as server:
        async with asyncio.timeout(PATIENCE):
            while (await get(server.port, "/readyz"))[0] != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert (await get(server.port, "/status"))[0] == 401
        async with connect(server.ws_url, additional_headers={"Authorization": f"Bearer {BOARD}"}) as ws:
            assert json.loads(await ws.recv())["type"]
            _, _, body = await get(server.port, "/clients", bearer(OPERATOR))
            (client,) = json.loads(body)["clients"]
            assert (client["identity"], client["mode"]) == ("board", "legacy")
            assert client["delivered"] >= 1
            assert (await get(server.port, f"/clients/{client['id']}", bearer(BOARD), method="DELETE"))[0] == 403
            assert (await get(server.port, f"/clients/{client['id']}", bearer(OPERATOR), method="DELETE"))[0] == 200
            with pytest.raises(ConnectionClosed, match="4403"):
                while True:
                    await asyncio.wait_for(ws.recv(), PATIENCE)
        status, _, figures = await get(server.port, "/metrics", bearer(BOARD))
        samples = {sample.name: sample.value for family in parse(figures.decode()) for sample in family.samples}
        assert (status, samples["tradestream_connections_opened_total"]) == (200, 1)
        ended = await server.stop()
    assert ended.code == 0
    assert BOARD not in ended.out + ended.err and OPERATOR not in ended.out + ended.err
    assert all(json.loads(line)["level"] for line in ended.err.splitlines())


async def test_a_server_with_a_certificate_is_reached_by_wss_only(tmp_path: Path) -> None:
    authority, trusting = trustme.CA(), ssl.create_default_context()
    authority.configure_trust(trusting)
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "both.pem"))
    async with serve(*SOURCE, "--certfile", str(tmp_path / "both.pem")) as server:
        assert server.url.startswith("https://")
        async with connect(server.ws_url.replace("ws:", "wss:"), ssl=trusting) as ws:
            await ws.send('{"type":"ping"}')
            while json.loads(await asyncio.wait_for(ws.recv(), PATIENCE))["type"] != "pong":
                pass
        with pytest.raises((OSError, IndexError)):
            await get(server.port, "/healthz")
        assert (await server.stop()).code == 0


async def test_a_token_that_is_too_short_is_told_without_being_repeated() -> None:
    ended = await run("serve", "--host", "0.0.0.0", env={"TRADESTREAM_TOKEN": "desk=abc:read"})
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("Error: the token 'desk' needs 16 characters")
    assert "abc" not in line
